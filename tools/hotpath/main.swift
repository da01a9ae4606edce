// Compiles a module once, so that tools/hot-path can count what that takes: hotpath FILE prints the number of its functions.
import Engine
import Foundation

guard CommandLine.arguments.count == 2 else {
  print("usage: hotpath FILE")
  exit(64)
}
let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
print(try compile(bytes).definedFunctionCount)

func compile(_ bytes: [UInt8]) throws -> CompiledModule {
  var config = CodegenConfig.host
  // The same code, and so the same count, on any processor.
  config.features = []
  var compiler = StreamingCompiler(config: config)
  try compiler.append(bytes)
  return try compiler.finish()
}
