import Console

extension HostModule {
  /// Source: firefly.md 2.2.
  ///
  /// New nodes get the id 1, so that carts which check it go on.
  static let audio = HostModule(
    "audio", alias: nil,
    ["add_sine", "add_square", "add_sawtooth", "add_triangle"].map { name in
      HostImport(name, isSilent: true) {
        (_, _: UInt32, _: Float, _: Float) throws(HostCallError) -> UInt32 in 1
      }
    }
      + [
        "add_empty", "add_zero", "add_mix", "add_all_for_one", "add_loop", "add_concat",
        "add_mute", "add_pause", "add_track_position", "add_take_left", "add_take_right",
        "add_swap",
      ].map { name in
        HostImport(name, isSilent: true) { (_, _: UInt32) throws(HostCallError) -> UInt32 in 1 }
      }
      + ["add_gain", "add_pan"].map { name in
        HostImport(name, isSilent: true) {
          (_, _: UInt32, _: Float) throws(HostCallError) -> UInt32 in 1
        }
      }
      + ["add_low_pass", "add_high_pass", "add_clip"].map { name in
        HostImport(name, isSilent: true) {
          (_, _: UInt32, _: Float, _: Float) throws(HostCallError) -> UInt32 in 1
        }
      }
      + [
        HostImport("add_noise", isSilent: true) {
          (_, _: UInt32, _: Int32) throws(HostCallError) -> UInt32 in 1
        },
        HostImport("add_file", isSilent: true) {
          (_, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 1
        },
        HostImport("mod_linear", isSilent: true) {
          (_, _: UInt32, _: UInt32, _: Float, _: Float, _: UInt32, _: UInt32)
            throws(HostCallError) in
        },
        HostImport("mod_adsr", isSilent: true) {
          (
            _, _: UInt32, _: UInt32, _: Float, _: Float, _: UInt32, _: UInt32, _: UInt32, _: Float,
            _: UInt32
          ) throws(HostCallError) in
        },
        HostImport("mod_sine", isSilent: true) {
          (_, _: UInt32, _: UInt32, _: Float, _: Float, _: Float) throws(HostCallError) in
        },
        HostImport("set_param", isSilent: true) {
          (_, _: UInt32, _: UInt32, _: Float) throws(HostCallError) in
        },
      ]
      + ["mod_hold", "mod_square", "mod_sawtooth"].map { name in
        HostImport(name, isSilent: true) {
          (_, _: UInt32, _: UInt32, _: Float, _: Float, _: UInt32) throws(HostCallError) in
        }
      }
      + ["reset", "reset_all", "clear"].map { name in
        HostImport(name, isSilent: true) { (_, _: UInt32) throws(HostCallError) in }
      })
}
