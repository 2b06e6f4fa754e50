import Testing

@testable import SIMT

@Suite("PTX warps and synchronization") struct PTXWarpTests {
    private static func barrier(
        _ action: PTXMbarrier.Action, _ change: (inout PTXMbarrier) -> Void = { _ in }
    ) -> PTXMbarrier {
        var barrier = PTXMbarrier(action: action, space: .shared)
        change(&barrier)
        return barrier
    }

    private static let warps: [(String, PTXOperation)] = [
        ("shfl.sync.down.b32 %r1, %r2, 16, 31, -1;", .shfl(.down, isSync: true)),
        ("shfl.sync.bfly.b32 %f1, %f2, %r1, 0x1f, %r3;", .shfl(.butterfly, isSync: true)),
        ("shfl.sync.up.b32 _|%p1, %r2, 1, 0, -1;", .shfl(.up, isSync: true)),
        ("shfl.idx.b32 %r1, %r2, %r3, 31;", .shfl(.index, isSync: false)),
        ("vote.sync.ballot.b32 %r1, %p1, -1;", .vote(.ballot, isSync: true)),
        ("vote.sync.any.pred %p1, !%p2, %r1;", .vote(.any, isSync: true)),
        ("vote.sync.uni.pred %p1, %p2, %r1;", .vote(.uniform, isSync: true)),
        ("match.any.sync.b64 %r1, %d1, -1;", .match(PTXMatch(isAll: false, type: .b64))),
        ("match.all.sync.b32 %r1|%p1, %r2, %r3;", .match(PTXMatch(isAll: true, type: .b32))),
        ("redux.sync.add.s32 %r1, %r2, -1;", .redux(PTXReduction(operation: .add, type: .s32))),
        (
            "redux.sync.max.abs.NaN.f32 %f1, %f2, -1;",
            .redux(PTXReduction(operation: .max, type: .f32, takesMagnitudes: true, propagatesNaN: true))
        ),
        ("activemask.b32 %r1;", .activemask),
        ("elect.sync %r1|%p1, -1;", .elect),
        ("bar.sync 0;", .barrier(PTXBarrier(action: .sync, isAligned: true))),
        ("bar.cta.arrive 1, 64;", .barrier(PTXBarrier(action: .arrive, isAligned: true))),
        ("barrier.sync %r1, %r2;", .barrier(PTXBarrier(action: .sync, isAligned: false))),
        ("barrier.sync.aligned 0;", .barrier(PTXBarrier(action: .sync, isAligned: true))),
        ("bar.red.popc.u32 %r1, 0, %p1;", .barrier(PTXBarrier(action: .reduceCount, isAligned: true))),
        ("bar.red.and.pred %p1, 0, 64, !%p2;", .barrier(PTXBarrier(action: .reduce(.and), isAligned: true))),
        ("bar.warp.sync -1;", .warpBarrier),
        (
            "barrier.cluster.arrive.relaxed.aligned;",
            .clusterBarrier(PTXClusterBarrier(isArrive: true, ordering: .relaxed, isAligned: true))
        ),
        (
            "barrier.cluster.wait;",
            .clusterBarrier(PTXClusterBarrier(isArrive: false, ordering: .acquire, isAligned: false))
        ),
        ("membar.gl;", .fence(PTXFence(ordering: .sequentiallyConsistent, scope: .gpu))),
        ("fence.acq_rel.sys;", .fence(PTXFence(ordering: .acquireRelease, scope: .sys))),
        ("fence.sc.cta;", .fence(PTXFence(ordering: .sequentiallyConsistent, scope: .cta))),
        ("fence.proxy.async;", .fence(PTXFence(ordering: .acquireRelease, scope: .gpu, isProxy: true))),
        ("mbarrier.init.shared.b64 [%r1], 32;", .mbarrier(barrier(.initialize))),
        ("mbarrier.inval.shared::cta.b64 [%r1];", .mbarrier(barrier(.invalidate))),
        ("mbarrier.arrive.shared.b64 %d1, [%r1];", .mbarrier(barrier(.arrive))),
        (
            "mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%r1], 4096;",
            .mbarrier(
                barrier(.arrive) {
                    $0.expectsTransactions = true
                    $0.ordering = .release
                })
        ),
        (
            "mbarrier.arrive_drop.noComplete.shared.b64 %d1, [%r1], 2;",
            .mbarrier(barrier(.arriveDrop) { $0.mustNotComplete = true })
        ),
        ("mbarrier.test_wait.shared.b64 %p1, [%r1], %d1;", .mbarrier(barrier(.testWait))),
        (
            "mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r1], %r2, 100;",
            .mbarrier(barrier(.tryWait) { $0.isParity = true })
        ),
        (
            "mbarrier.expect_tx.relaxed.cta.shared.b64 [%r1], %r2;",
            .mbarrier(barrier(.expectTransactions) { $0.ordering = .relaxed })
        ),
        ("nanosleep.u32 100;", .nanosleep),
        ("griddepcontrol.wait;", .griddepcontrol(.wait)),
        ("griddepcontrol.launch_dependents;", .griddepcontrol(.launchDependents)),
        ("setmaxnreg.inc.sync.aligned.u32 240;", .noEffect),
        ("pmevent 3;", .noEffect),
        ("trap;", .trap), ("brkpt;", .brkpt), ("exit;", .exit), ("ret.uni;", .ret(isUniform: true)),
    ]

    @Test(arguments: warps) func operations(text: String, operation: PTXOperation) throws {
        #expect(try PTXTexts.operation(text) == operation)
    }

    @Test func pendingCountTouchesNoMemory() throws {
        guard case .mbarrier(let barrier) = try PTXTexts.operation("mbarrier.pending_count.b64 %r1, %d1;") else {
            Issue.record("no mbarrier")
            return
        }
        #expect(barrier.action == .pendingCount)
        #expect(barrier.space == .generic)
    }

    @Test(
        arguments: [
            "shfl.sync.down.b32 %r1, %r2, 16, 31;", "vote.sync.any.pred %r1, %p1, -1;", "bar.sync;",
            "bar.arrive 0;", "bar.red.popc.u32 %r1, 0;", "match.all.sync.b32 %r1, [%d1], -1;",
            "mbarrier.init.shared.b64 [%r1];", "mbarrier.test_wait.parity.shared.b64 %p1, [%r1], %d1;",
            "elect.sync %r1|%r2, -1;", "nanosleep.u32 %d1;", "exit 3;",
        ])
    func wrongOperands(text: String) {
        #expect(PTXTexts.error(text)?.code == .operand)
    }

    @Test(
        arguments: [
            ("shfl.sync.left.b32 %r1, %r2, 1, 31, -1;", ".bfly"), ("redux.sync.add.f32 %f1, %f2, -1;", ".s32"),
            ("bar.wait 0;", ".sync"), ("membar.gpu;", ".gl"), ("fence.sc;", ".gpu"),
            ("mbarrier.poll.b64 [%r1];", ".try_wait"), ("match.sync.b32 %r1, %r2, -1;", ".any"),
            ("griddepcontrol.go;", ".wait"), ("vote.ballot.pred %p1, %p2;", ".b32"),
        ])
    func unknownFormsNameWhatIsKnown(text: String, known: String) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.hint?.contains(known) == true, "\(error)")
    }
}
