import Console

extension HostModule {
  /// Source: firefly.md 10.6; only for carts whose metadata say so.
  static let sudo = HostModule(
    "sudo", alias: nil, isPrivileged: true,
    ["list_dirs_buf_size", "list_files_buf_size", "get_file_size"].map { name in
      HostImport(name, isSilent: true) {
        (_, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
      }
    }
      + ["list_dirs", "list_files", "load_file", "dump_file", "append_file"].map { name in
        HostImport(name, isSilent: true) {
          (_, _: UInt32, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
        }
      }
      + ["remove_file", "create_dir", "remove_dir"].map { name in
        HostImport(name, isSilent: true) { (_, _: UInt32, _: UInt32) throws(HostCallError) in }
      }
      + ["write_main_flash", "write_io_flash"].map { name in
        HostImport(name, isSilent: true) {
          (_, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 1
        }
      }
      + ["switch_main_partition", "switch_io_partition"].map { name in
        HostImport(name, isSilent: true) { (_, _: UInt32) throws(HostCallError) -> UInt32 in 0 }
      }
      + [
        HostImport("run_app", isSilent: true) {
          (_, _: UInt32, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) in
        }
      ])
}
