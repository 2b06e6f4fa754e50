import Foundation
import KernelIR
import Testing

@testable import Devices

@Suite struct DeviceLockTests {
    @Test func aDeviceHasOneUserAtATime() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        var first: DeviceLock? = try DeviceLock("gpu", in: folder.path, waits: false)
        _ = try DeviceLock("other", in: folder.path, waits: false)
        let error = #expect(throws: KernelwrightError.self) {
            _ = try DeviceLock("gpu", in: folder.path, waits: false)
        }
        #expect(error?.code == .badInput && error?.message.contains("gpu") == true)
        #expect(first != nil)
        first = nil
        first = try DeviceLock("gpu", in: folder.path, waits: false)
        first = nil
        _ = try DeviceLock("gpu", in: folder.path, waits: true)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() {
        let error = #expect(throws: KernelwrightError.self) {
            _ = try DeviceLock("gpu", in: "/proc/none", waits: false)
        }
        #expect(error?.code == .badInput && error?.message.contains("/proc/none") == true)
    }
}
