import CSandbox
import Devices
import Glibc

/// An arena as a worker sees it: gaps between buffers are inaccessible, sealed buffers read-only.
final class MappedArena {
    let layout: ArenaLayout
    private let mapping: SharedMapping

    init(_ file: FileDescriptor, _ layout: ArenaLayout, writable: Bool) throws(SystemError) {
        guard layout.isSound else { throw SystemError(code: EINVAL) }
        self.layout = layout
        mapping = try SharedMapping(file, bytes: layout.fileBytes, writable: writable)
        var cursor = 0
        for region in layout.regions {
            try SystemError.check(mprotect(mapping.base + cursor, region.guardBegin - cursor, PROT_NONE))
            // Faults are taken here instead of during the first measurements; older kernels refuse, which is harmless.
            // Mapping for reading is enough: the pages exist, and a shared mapping's first write to one costs little
            // (64 MB: 5 ms against 13 ms of MADV_POPULATE_WRITE on a Zen 5 core).
            let populateRead: Int32 = 22
            _ = madvise(mapping.base + region.guardBegin, region.guardEnd - region.guardBegin, populateRead)
            cursor = region.guardEnd
        }
        try SystemError.check(mprotect(mapping.base + cursor, layout.fileBytes - cursor, PROT_NONE))
    }

    /// The buffers as launch plans name them.
    var buffers: [(BufferName, UnsafeMutableRawBufferPointer)] {
        layout.regions.map { region in
            let memory = UnsafeMutableRawBufferPointer(start: mapping.base + region.offset, count: region.bytes)
            return (ArenaLayout.Region.bufferName(region.role, region.name), memory)
        }
    }

    /// The buffers and their surroundings as the signal handler tells them apart.
    var watched: [sandbox_region] {
        let base = UInt(bitPattern: mapping.base)
        return layout.regions.map { region in
            sandbox_region(
                low: base + UInt(region.guardBegin - ArenaLayout.gap), begin: base + UInt(region.offset),
                end: base + UInt(region.offset + region.bytes), high: base + UInt(region.guardEnd + ArenaLayout.gap / 2)
            )
        }
    }
}

extension ArenaLayout.Region {
    /// A buffer as launch plans name it.
    static func bufferName(_ role: BufferSpec.Role, _ name: String) -> BufferName {
        switch role {
        case .input: .input(name)
        case .parameter: .parameter(name)
        case .output: .output(name)
        case .scratch: .scratch(name)
        }
    }
}

/// The arenas of a plan.
final class MappedBuffers {
    private let arenas: [MappedArena]

    /// Maps files in the order sealed, outputs, scratch.
    init(_ files: [FileDescriptor], _ layouts: ArenaLayouts) throws(SystemError) {
        guard files.count == 3 else { throw SystemError(code: EBADF) }
        arenas = [
            try MappedArena(files[0], layouts.sealed, writable: false),
            try MappedArena(files[1], layouts.outputs, writable: true),
            try MappedArena(files[2], layouts.scratch, writable: true),
        ]
    }

    /// Maps files of inputs and outputs without scratch.
    init(_ files: [FileDescriptor], sealed: ArenaLayout, outputs: ArenaLayout) throws(SystemError) {
        guard files.count == 2 else { throw SystemError(code: EBADF) }
        arenas = [
            try MappedArena(files[0], sealed, writable: false),
            try MappedArena(files[1], outputs, writable: true),
        ]
    }

    /// The buffers and their surroundings as the signal handler tells them apart.
    var watched: [sandbox_region] { arenas.flatMap(\.watched) }

    var memory: [BufferName: UnsafeMutableRawBufferPointer] {
        Dictionary(arenas.flatMap(\.buffers)) { first, _ in first }
    }
}

/// Regions that the signal handler knows, from now on until others take their place.
final class WatchedRegions {
    private let regions: UnsafeMutableBufferPointer<sandbox_region>

    init(_ regions: [sandbox_region]) {
        self.regions = .allocate(capacity: regions.count)
        _ = self.regions.initialize(from: regions)
        sandbox_watch(self.regions.baseAddress, regions.count)
    }

    deinit { regions.deallocate() }
}
