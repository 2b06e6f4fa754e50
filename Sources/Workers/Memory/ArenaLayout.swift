/// Where the buffers of one arena lie in its file.
///
/// Every buffer has a guard page in front, guard bytes behind it up to the next page boundary, and one more guard page;
/// between buffers is a gap that no process fills and that workers cannot touch.
struct ArenaLayout: Sendable, Hashable, Codable {
    struct Region: Sendable, Hashable, Codable {
        var name: String
        var role: BufferSpec.Role
        /// Where the data begin; a multiple of the page size.
        var offset: Int
        /// Bytes of the data.
        var bytes: Int

        /// Where the front guard page begins.
        var guardBegin: Int { offset - ArenaLayout.page }
        /// Where the last guard page ends.
        var guardEnd: Int {
            (offset + bytes + ArenaLayout.page - 1) / ArenaLayout.page * ArenaLayout.page + ArenaLayout.page
        }
    }

    static let page = 4096
    /// Bytes of address space between buffers; sparse in the file.
    static let gap = 1 << 20

    var regions: [Region]
    var fileBytes: Int

    /// Lays out buffers in the order given.
    init(_ buffers: [(name: String, role: BufferSpec.Role, bytes: Int)]) {
        var cursor = Self.gap
        regions = []
        for buffer in buffers {
            let region = Region(
                name: buffer.name, role: buffer.role, offset: cursor + Self.page, bytes: buffer.bytes)
            regions.append(region)
            cursor = region.guardEnd + Self.gap
        }
        fileBytes = cursor
    }

    /// Whether every region lies within the file in ascending order, as far from others as `init` puts it.
    var isSound: Bool {
        var cursor = Self.gap
        for region in regions {
            guard region.offset == cursor + Self.page, region.bytes >= 0, region.bytes <= fileBytes else {
                return false
            }
            cursor = region.guardEnd + Self.gap
        }
        return cursor == fileBytes
    }
}
