import Runtime

// The records of our own custom sections; FORMAT.md has their bytes.

extension Coredump {
  /// What stopped the process, and what the dump lacks (section `glowjar.trap`).
  public struct Stop: Sendable, Equatable {
    /// The stable id of the trap's kind, such as `integer-divide-by-zero`.
    public var kind: String
    /// The trap in the specification's words, or what a host function said.
    public var message: String
    /// The opcode of the instruction that stopped, as it stands in the module; empty if unknown.
    public var opcode: [UInt8] = []
    /// The name of that instruction, such as `i32.div_s`; empty if unknown.
    public var mnemonic = ""
    /// The access, if it was one to memory.
    public var access: MemoryFault?
    /// Whether the operands of the youngest frame may be those of a neighbouring instruction.
    public var isApproximate = false
    /// Frames that were left out of the first thread.
    public var framesLeftOut = 0
    /// Frames of the first thread that come before those.
    public var framesBeforeGap = 0
    /// Frames of the first thread whose values were left out because there were too many.
    public var framesWithoutValues = 0
    /// Bytes of memory contents that found no room in the file.
    public var contentsLeftOut: UInt64 = 0

    /// A stop of this kind.
    public init(kind: String, message: String) {
      self.kind = kind
      self.message = message
    }
  }

  /// The identity of everything that ran (section `glowjar.build`).
  public struct Build: Sendable, Equatable {
    /// Version of the console.
    public var console: String
    /// Under what name the cart's data is kept.
    public var cartID: String
    /// What a player calls the cart.
    public var cartTitle: String
    /// Instruction sets beyond x86-64-v2 that the machine code uses.
    public var cpuFeatures: [String]
    /// The modules, in the order of `moduleNames`.
    public var modules: [Module]

    /// A build of these parts.
    public init(
      console: String, cartID: String, cartTitle: String, cpuFeatures: [String], modules: [Module]
    ) {
      self.console = console
      self.cartID = cartID
      self.cartTitle = cartTitle
      self.cpuFeatures = cpuFeatures
      self.modules = modules
    }

    /// What tells a module from all others.
    public struct Module: Sendable, Equatable {
      /// SHA-256 of the whole file, 32 bytes.
      public var sha256: [UInt8]
      /// Bytes of the file.
      public var byteCount: UInt64
      /// Content of the custom section `build_id`, which linkers write; empty without one.
      public var buildID: [UInt8]

      /// A module of this identity.
      public init(sha256: [UInt8], byteCount: UInt64, buildID: [UInt8]) {
        self.sha256 = sha256
        self.byteCount = byteCount
        self.buildID = buildID
      }
    }
  }

  /// The console's call into the cart (section `glowjar.callback`).
  public struct Callback: Sendable, Equatable {
    /// The callback: `boot`, `update`, `render` ...
    public var name: String
    /// Number of the frame of play, from 1; 0 before the first.
    public var frame: UInt64

    /// A callback in a frame of play.
    public init(name: String, frame: UInt64) {
      self.name = name
      self.frame = frame
    }
  }

  /// A host function on the stack (section `glowjar.hostframes`).
  public struct HostFrame: Sendable, Equatable {
    /// The number of frames of the first thread that are younger.
    public var position: UInt32
    /// The function's name.
    public var name: String

    /// A host function in front of frame `position`.
    public init(position: UInt32, name: String) {
      self.position = position
      self.name = name
    }
  }

  /// A reference to a function or to something of the host.
  public enum Reference: Sendable, Equatable {
    /// Not known.
    case missing
    /// The null reference.
    case null
    /// Function `index` of the index space of an instance.
    case function(instance: UInt32, index: UInt32)
    /// A function of the host, by name.
    case hostFunction(String)
    /// A number that means something to the host.
    case host(UInt64)
    /// An exception, an index in `exceptions`.
    case exception(UInt32)
  }

  /// A value that the conventions have no form for (section `glowjar.values`).
  public struct WideValue: Sendable, Equatable {
    /// Where the value is.
    public var place: Place
    /// The value.
    public var value: Content

    /// A value at a place.
    public init(place: Place, value: Content) {
      self.place = place
      self.value = value
    }

    /// A local or operand of the first thread, or a global.
    public enum Place: Sendable, Equatable {
      /// A local, by the place of its frame in the dump.
      case local(frame: UInt32, index: UInt32)
      /// An operand, counted from the bottom, by the place of its frame in the dump.
      case operand(frame: UInt32, index: UInt32)
      /// A global of the dump.
      case global(UInt32)
    }

    /// What does not fit into a number.
    public enum Content: Sendable, Equatable {
      /// The 16 bytes of a vector as two little-endian halves.
      case v128(low: UInt64, high: UInt64)
      /// A function reference.
      case funcref(Reference)
      /// A host reference.
      case externref(Reference)
      /// An exception reference.
      case exnref(Reference)
    }
  }

  /// A captured exception (section `glowjar.exceptions`).
  public struct Exception: Sendable, Equatable {
    /// A value that it carries.
    public enum Value: Sendable, Equatable {
      /// A number.
      case plain(Coredump.Value)
      /// What the conventions have no form for.
      case wide(WideValue.Content)
    }

    /// The name under which its tag is imported or exported; nil if it is neither.
    public var tag: String?
    /// What it carries.
    public var values: [Value]

    /// An exception of these parts.
    public init(tag: String?, values: [Value]) {
      self.tag = tag
      self.values = values
    }
  }

  /// A captured table (section `glowjar.tables`).
  public struct Table: Sendable, Equatable {
    /// Equal references in a row.
    public struct Run: Sendable, Equatable {
      /// Elements in the row.
      public var count: UInt64
      /// What each of them is.
      public var reference: Reference

      /// A row of equal references.
      public init(count: UInt64, reference: Reference) {
        self.count = count
        self.reference = reference
      }
    }

    /// What the elements are; the raw value is the binary format's code.
    public enum Element: UInt8, Sendable {
      /// Functions.
      case funcref = 0x70
      /// Host references.
      case externref = 0x6F
      /// Exceptions.
      case exnref = 0x69
    }

    /// What the elements are.
    public var element: Element
    /// The declared maximum.
    public var maximum: UInt64?
    /// All elements in order; their counts add up to the table's size.
    public var runs: [Run]

    /// A table of these elements.
    public init(element: Element, maximum: UInt64?, runs: [Run]) {
      self.element = element
      self.maximum = maximum
      self.runs = runs
    }
  }

  /// What an instance has beside memories and globals (section `glowjar.tables`).
  public struct Links: Sendable, Equatable {
    /// Indices in `tables`, in the instance's own order.
    public var tables: [UInt32]
    /// The data segments that are not empty and not dropped.
    public var liveDataSegments: [UInt32]
    /// The element segments that are not empty and not dropped.
    public var liveElementSegments: [UInt32]

    /// The tables and segments of an instance.
    public init(tables: [UInt32], liveDataSegments: [UInt32], liveElementSegments: [UInt32]) {
      self.tables = tables
      self.liveDataSegments = liveDataSegments
      self.liveElementSegments = liveElementSegments
    }
  }
}
