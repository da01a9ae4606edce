import ArgumentParser
import DebugMutants
import Foundation
import Interpreter
import ModuleMutants
import ROMMutants
import ReplayMutants
import TestKit
import TrapAnywhere

/// What is damaged.
enum Subject: String, ExpressibleByArgument, CaseIterable {
  /// Modules, which are loaded, compiled and run: those of the specification's test suites, where
  /// they are, made-up ones and the files given.
  case modules
  /// Debug information of modules that crash; a crash report is asked for.
  case debug
  /// ROM files and directories, which are opened.
  case roms
  /// Replays, which are read and played.
  case replays

  func mutants(of files: [String]) throws -> any Mutants {
    switch self {
    case .modules:
      var pool = try contents(of: files)
      for name in SpecFolder.scripts { pool += try SpecFolder.script(name).modules.map(\.bytes) }
      for name in SpecFolder.thirdScripts {
        pool += try SpecFolder.thirdScript(name).modules.map(\.bytes)
      }
      return ModuleMutants(of: pool + (1...200).map { RandomModule.bytes(seed: $0) })
    case .debug: return try DebugMutants(of: contents(of: files))
    case .roms: return try ROMMutants()
    case .replays: return try ReplayMutants()
    }
  }

  private func contents(of files: [String]) throws -> [[UInt8]] {
    try files.sorted().map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
  }
}
