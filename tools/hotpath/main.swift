// Compiles a module once, so that tools/hot-path can count what that takes: hotpath FILE prints the number of its functions.
import Engine
import Foundation

func compile(_ bytes: [UInt8]) throws -> CompiledModule {
  var config = CodegenConfig.host
  // The same code, and so the same count, on any processor.
  config.features = []
  var compiler = StreamingCompiler(config: config)
  try compiler.append(bytes)
  return try compiler.finish()
}

guard CommandLine.arguments.count == 2 else {
  print("usage: hotpath FILE")
  exit(64)
}
let file = URL(fileURLWithPath: CommandLine.arguments[1])
print(try compile([UInt8](Data(contentsOf: file))).definedFunctionCount)
