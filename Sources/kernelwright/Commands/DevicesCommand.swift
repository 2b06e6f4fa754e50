import ArgumentParser
import Devices
import Foundation
import KernelIR

/// Lists the devices with their measured ceilings.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "Lists what can run here, with its ceilings.",
        discussion: """
            Ceilings are the best rates that simple kernels of our own reach: bytes read and written by a copy, bytes read
            by a sum, float32 operations by fused multiply-adds, seconds of an empty launch. They are measured once and
            kept in .kernelwright. The ceilings of sim: devices are those of a model of a GPU (kw setup cuda).

            Examples:
              kw devices
              kw devices --remeasure --json
            """)

    @Flag(help: "Measure again instead of using the kept ceilings.")
    var remeasure = false
    @Flag(help: "Print one JSON array.")
    var json = false

    private struct Line: Encodable {
        var id: String
        var name: String
        var kind: DeviceKind
        var driver: String
        var cores: Int
        /// Whether the ceilings, and all times, are those of a model.
        var predicted: Bool
        var ceilings: Ceilings
    }

    func run() throws {
        let console = Console()
        let lines = try measure(console)
        if json { return try console.json(lines) }
        let rows = lines.map {
            [
                $0.id, $0.kind.rawValue, "\($0.cores)", Units.bytesPerSecond($0.ceilings.copyBytesPerSecond),
                Units.bytesPerSecond($0.ceilings.readBytesPerSecond),
                Units.operations($0.ceilings.flopsPerSecond, "FLOP/s"), Units.seconds($0.ceilings.launchSeconds),
                "\($0.name) (\($0.driver))" + ($0.predicted ? ", predicted" : ""),
            ]
        }
        console.result(
            TextTable(
                header: ["id", "kind", "cores", "copy", "read", "arithmetic", "launch", "name"], rows: rows,
                numeric: [2, 3, 4, 5, 6]
            ).text)
    }

    private func measure(_ console: Console) throws(KernelwrightError) -> [Line] {
        let installation = Installation()
        let store = CeilingStore(directory: installation.state.path)
        var lines: [Line] = []
        for device in try installation.devices.all() {
            if !device.isPredicted { console.working("measuring \(device.id)") }
            let ceilings =
                device.isPredicted
                ? try device.measureCeilings() : try store.ceilings(of: device, remeasure: remeasure)
            lines.append(
                Line(
                    id: device.id, name: device.name, kind: device.kind, driver: device.driver,
                    cores: device.profile.cores, predicted: device.isPredicted, ceilings: ceilings))
        }
        console.clear()
        return lines
    }
}
