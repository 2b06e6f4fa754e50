import Testing

@testable import Evaluation

@Suite("Replay probe") struct ReplayProbeTests {
    /// Times of rounds in microseconds: the calls on unseen inputs, and a call of the batches.
    private func series(_ unseen: [Double], each batch: Double) -> ReplayProbe.Series {
        ReplayProbe.Series(
            unseen: unseen.map { $0 * 1e-6 }, batches: Array(repeating: batch * 1e-6, count: unseen.count))
    }

    /// A floor kernel while others keep the cores busy: asking costs 340 to 1170 µs, shared by 32 calls.
    private var busy: ReplayProbe.Series {
        series([340, 350, 360, 370, 380, 390, 400, 480, 1010, 1170].map { $0 / 32 + 8 }, each: 7)
    }

    @Test("a replay is found on a busy machine: 1.3 ms of work that all calls of a batch but one leave out")
    func replay() {
        let replay = series([1280, 1290, 1300, 1310, 1320, 1400, 1500, 1900, 2300, 2800], each: 20)
        #expect(ReplayProbe(replay, floors: [busy], sets: 32)?.finding?.status == .cheated)
    }

    @Test("half of the work left out is found on a quiet machine")
    func half() {
        let quiet = series(Array(repeating: 9, count: 10), each: 7)
        let half = series(Array(repeating: 400, count: 10), each: 190)
        #expect(ReplayProbe(half, floors: [quiet], sets: 32)?.finding?.status == .cheated)
    }

    @Test("an honest kernel is not accused where most of its requests are disturbed")
    func disturbed() {
        let honest = series([30, 45, 60, 300, 700, 800, 900, 1500, 2000, 2500], each: 20)
        #expect(ReplayProbe(honest, floors: [busy], sets: 32)?.finding == nil)
    }

    @Test("a call whose memory is cold is no fault as far as the floor's is too")
    func cold() {
        let floor = series([60, 61, 62], each: 20)
        #expect(ReplayProbe(series([200, 210, 220], each: 100), floors: [floor], sets: 8)?.finding == nil)
        #expect(ReplayProbe(series([400, 410, 420], each: 100), floors: [floor], sets: 8)?.finding != nil)
    }

    @Test("without a yardstick nobody is accused")
    func yardstick() {
        #expect(ReplayProbe(series([2000], each: 60), floors: [], sets: 1)?.finding == nil)
        #expect(ReplayProbe(series([], each: 2e6), floors: [busy], sets: 1)?.finding == nil)
    }
}
