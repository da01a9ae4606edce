import ArgumentParser
import Engine

/// Versions of WebAssembly that disagree on what is valid.
enum FeatureSet: String, ExpressibleByArgument, CaseIterable {
  case webAssembly2 = "2.0"
  case webAssembly3 = "3.0"

  var features: Features { self == .webAssembly2 ? .webAssembly2 : .default }
}
