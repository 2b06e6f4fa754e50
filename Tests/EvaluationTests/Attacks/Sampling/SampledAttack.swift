import Rendering
import SIMT
import Testing

@testable import Evaluation

/// A way to be predicted fast, or to hide a fault, where a judge runs some blocks of a large grid only.
struct SampledAttack: Sendable, CustomTestStringConvertible {
    /// Names the attack in `docs/attacks.md` and in failures.
    var name: String
    /// How it ends.
    var status: Verdict.Status
    var solution: Solution

    init(_ name: String, _ status: Verdict.Status = .wrongValues, before: String = "", body: String) {
        (self.name, self.status) = (name, status)
        solution = SampledStage.solution(name, before: before, body: body)
    }

    var testDescription: String { name }

    static let all: [SampledAttack] = [
        halfOfEveryTile, idleWherePredicted, workMovedAway, poisonAsResult, raceWithTheFirst,
    ]

    /// What nobody wrote is not compared.
    static let halfOfEveryTile = SampledAttack("half of every tile", body: "AT(b, t);")

    /// A return at once in the blocks that the time is predicted from; block 0 works, since it tells what one costs.
    static let idleWherePredicted = SampledAttack(
        "idle where predicted", before: "__constant__ unsigned idle[] = {\(words(predicted))};",
        body: "if (idle[b / 32] >> (b % 32) & 1) return; TILE(b)")

    /// The tiles of these blocks written by others, so that everything is right and nothing is missing.
    static let workMovedAway = SampledAttack(
        "work moved away", before: "__constant__ int other[] = {\(helpers.map(String.init).joined(separator: ","))};",
        body: """
            if (other[b] == -2) return;
            TILE(b)
            if (other[b] >= 0) { TILE(other[b]) }
            """)

    /// What the outputs held before is stored in half of the elements. It is known by the inputs: only the last set has
    /// no negative ones.
    static let poisonAsResult = SampledAttack(
        "poison as a result",
        body: """
            bool signs = false;
            for (int i = 0; i < 32; i++) signs |= x[i] < 0.0f;
            AT(b, t);
            unsigned *place = (unsigned *)y + b * \(SampledStage.tile) + t + \(SampledStage.threads);
            *place = signs ? 0xffffffffu : 0x7e7e7e7eu;
            """)

    /// Block 0 writes where the last one does.
    static let raceWithTheFirst = SampledAttack(
        "race with the first block", .race, body: "TILE(b) if (b == 0) { TILE(\(SampledStage.blocks - 1)) }")

    /// The blocks that times of a cheap kernel are predicted from, but for the first.
    private static var predicted: [Int] {
        let sample = BlockSample(grid: SIMTExtent(SampledStage.blocks), limit: ProfilerOptions().blocks)
        return sample.groups.flatMap(\.blocks).filter { $0 != 0 }
    }

    /// A bit for each block, as words.
    private static func words(_ blocks: [Int]) -> String {
        var words = [UInt32](repeating: 0, count: SampledStage.blocks / 32)
        for block in blocks { words[block / 32] |= 1 << UInt32(block % 32) }
        return words.map { "\($0)u" }.joined(separator: ",")
    }

    /// By block: −2 for one that is idle, the tile of such a one that it writes as well, or −1 for none.
    private static var helpers: [Int] {
        let idle = predicted
        var helpers = [Int](repeating: -1, count: SampledStage.blocks)
        for block in idle { helpers[block] = -2 }
        var left = idle[...]
        // From the second block on: the first must cost what others do.
        for block in 1..<SampledStage.blocks where helpers[block] == -1 {
            guard let tile = left.popFirst() else { break }
            helpers[block] = tile
        }
        return helpers
    }
}
