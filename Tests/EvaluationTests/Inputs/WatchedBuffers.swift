import Workers

/// Tells whether buffers are in memory, and does not keep them there.
struct WatchedBuffers {
    private(set) weak var buffers: BufferSet?

    init(buffers: BufferSet) { self.buffers = buffers }
}
