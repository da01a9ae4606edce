/// Recognises that the memory allocator of C stopped over what it keeps about its blocks: somebody
/// else has damaged that, so the place that trapped is not the one to mend.
enum DamagedHeap {
  private static let allocators: Set<String> = [
    "malloc", "calloc", "realloc", "free", "dlmalloc", "dlcalloc", "dlrealloc", "dlfree",
    "try_realloc_chunk", "dispose_chunk", "internal_memalign", "posix_memalign", "aligned_alloc",
    "prepend_alloc", "sys_alloc", "tmalloc_large", "tmalloc_small", "emmalloc_free",
    "emmalloc_malloc", "__rdl_dealloc", "__rdl_realloc",
  ]

  /// The sentence for the report; nil if it was something else.
  static func finding(isMemoryFault: Bool, _ frames: [ReportFrame]) -> String? {
    guard isMemoryFault, let name = frames.first?.functions.last?.name, allocators.contains(name)
    else { return nil }
    return "It happened in the memory allocator (\(name)): a block was freed twice, a pointer was "
      + "freed that is no block's, or something wrote over the end of a block."
  }
}
