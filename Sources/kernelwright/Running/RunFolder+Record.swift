import Foundation
import KernelIR
import Refinement

extension RunFolder {
    /// The record that lies here; nil for none. Throws `badInput` for a damaged one.
    func record() throws(KernelwrightError) -> RecordContents? {
        guard let data = FileManager.default.contents(atPath: trajectory.path) else { return nil }
        return try RecordContents(data, place: trajectory.path)
    }

    /// The record of a run with these settings, where it was begun here; throws `badInput` where the folder holds
    /// another run. So who asks before the first file is written leaves that run as it was.
    func record(of settings: RunSettings) throws(KernelwrightError) -> RecordContents? {
        let found = try record()
        try found?.require(settings, place: trajectory.path)
        return found
    }
}

extension RecordContents {
    /// How many turns each trajectory has finished.
    var finishedTurns: [Int] { (0..<header.settings.trajectories).map { history(of: $0).count } }
}
