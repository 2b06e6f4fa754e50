import Testing

@testable import SIMT

@Suite("PTX memory") struct PTXMemoryTests {
    private static func access(
        _ space: PTXStateSpace, _ type: PTXType, _ change: (inout PTXMemoryAccess) -> Void = { _ in }
    ) -> PTXMemoryAccess {
        var access = PTXMemoryAccess(space: space, type: type)
        change(&access)
        return access
    }

    private static func atomic(
        _ operation: PTXAtomicOperator, _ space: PTXStateSpace, _ type: PTXType,
        _ change: (inout PTXAtomic) -> Void = { _ in }
    ) -> PTXAtomic {
        var atomic = PTXAtomic(operation: operation, space: space, type: type)
        change(&atomic)
        return atomic
    }

    private static let accesses: [(String, PTXOperation)] = [
        ("ld.param.u64 %d1, [a];", .ld(access(.param, .u64))),
        ("ld.u32 %r1, [%d1];", .ld(access(.generic, .u32))),
        ("ld.shared::cta.u8 %h1, [%r1+3];", .ld(access(.shared, .u8))),
        ("ld.const.f32 %f1, [%d1];", .ld(access(.const, .f32))),
        (
            "ld.global.nc.L1::no_allocate.L2::128B.v4.f32 {%f1, %f2, %f3, %f4}, [%d1];",
            .ld(
                access(.global, .f32) {
                    $0.vectorWidth = 4
                    $0.isNonCoherent = true
                    $0.prefetchBytes = 128
                })
        ),
        ("ld.volatile.shared.b32 %r1, [%r2];", .ld(access(.shared, .b32) { $0.ordering = .volatile })),
        (
            "ld.acquire.gpu.global.b64 %d1, [%d2];",
            .ld(
                access(.global, .b64) {
                    $0.ordering = .acquire
                    $0.scope = .gpu
                })
        ),
        (
            "ld.global.cg.L2::cache_hint.b32 %r1, [%d1], %d2;",
            .ld(
                access(.global, .b32) {
                    $0.cache = .cg
                    $0.hasCachePolicy = true
                })
        ),
        ("st.local.u16 [%d1], %r1;", .st(access(.local, .u16))),
        (
            "st.release.sys.global.v2.b64 [%d1], {%d2, %d3};",
            .st(
                access(.global, .b64) {
                    $0.vectorWidth = 2
                    $0.ordering = .release
                    $0.scope = .sys
                })
        ),
        ("st.global.wt.f32 [%d1+4], 0f3F800000;", .st(access(.global, .f32) { $0.cache = .wt })),
        ("st.global.b128 [%d1], %q1;", .st(access(.global, .b128))),
        ("atom.global.add.f32 %f1, [%d1], %f2;", .atom(atomic(.add, .global, .f32))),
        ("atom.shared.cas.b32 %r1, [%r2], %r3, %r4;", .atom(atomic(.cas, .shared, .b32))),
        ("atom.inc.u32 _, [%d1], 7;", .atom(atomic(.inc, .generic, .u32))),
        (
            "atom.acq_rel.cta.global.exch.b64 %d1, [%d2], %d3;",
            .atom(
                atomic(.exch, .global, .b64) {
                    $0.ordering = .acquireRelease
                    $0.scope = .cta
                })
        ),
        (
            "atom.global.add.noftz.f16x2 %r1, [%d1], %r2;",
            .atom(atomic(.add, .global, .f16x2) { $0.keepsSubnormals = true })
        ),
        (
            "atom.global.v4.f32.add {%f1, %f2, %f3, %f4}, [%d1], {%f5, %f6, %f7, %f8};",
            .atom(atomic(.add, .global, .f32) { $0.vectorWidth = 4 })
        ),
        (
            "red.relaxed.sys.global.max.s64 [%d1], %d2;",
            .red(atomic(.max, .global, .s64) { $0.scope = .sys })
        ),
        ("prefetch.global.L2 [%d1];", .prefetch(PTXPrefetch(action: .prefetch, space: .global, cacheLevel: 2))),
        ("prefetchu.L1 [%d1];", .prefetch(PTXPrefetch(action: .prefetchUniform, space: .generic, cacheLevel: 1))),
        ("createpolicy.fractional.L2::evict_last.b64 %d1, 0f3F800000;", .createPolicy),
        ("cp.async.ca.shared.global [%r1], [%d1], 4;", .cpAsync(PTXAsyncCopy(bypassesL1: false))),
        (
            "cp.async.cg.shared::cta.global.L2::256B [%r1], [%d1+16], 16, %r2;",
            .cpAsync(PTXAsyncCopy(bypassesL1: true, prefetchBytes: 256))
        ),
        (
            "cp.async.cg.shared.global.L2::cache_hint [%r1], [%d1], 16, %d2;",
            .cpAsync(PTXAsyncCopy(bypassesL1: true, hasCachePolicy: true))
        ),
        ("cp.async.commit_group;", .cpAsyncCommitGroup),
        ("cp.async.wait_group 2;", .cpAsyncWaitGroup),
        ("cp.async.wait_all;", .cpAsyncWaitAll),
        (
            "cp.async.mbarrier.arrive.noinc.shared.b64 [%r1];",
            .cpAsyncMbarrierArrive(space: .shared, countsPending: false)
        ),
    ]

    @Test(arguments: accesses) func operations(text: String, operation: PTXOperation) throws {
        #expect(try PTXTexts.operation(text) == operation)
    }

    @Test func bytesOfAnAccess() {
        #expect(Self.access(.global, .f32) { $0.vectorWidth = 4 }.byteCount == 16)
    }

    @Test(
        arguments: [
            "ld.global.v4.f32 %f1, [%d1];", "ld.global.v2.f32 {%f1, %f2, %f3}, [%d1];", "ld.global.b64 %r1, [%d1];",
            "ld.global.b32 %r1, %d1;", "st.global.b32 %r1, [%d1];", "atom.global.cas.b32 %r1, [%d1], %r2;",
            "red.global.add.u32 %r1, [%d1], %r2;", "cp.async.wait_group %r1;", "ld.global.b32 %r1, [%h1];",
        ])
    func wrongOperands(text: String) {
        #expect(PTXTexts.error(text)?.code == .operand)
    }

    @Test(
        arguments: [
            ("ld.const.acquire.b32 %r1, [%d1];", ".cta"), ("st.const.b32 [%d1], 0;", ".global"),
            ("ld.global.f16 %h1, [%d1];", ".b16"), ("atom.global.add.s64 %d1, [%d2], %d3;", ".u64"),
            ("red.global.exch.b32 [%d1], %r1;", ".add"), ("ld.global.wt.b32 %r1, [%d1];", ".nc"),
            ("cp.async.bulk.shared.global [%r1], [%d1], %r2, [%r3];", "cp.async"),
            ("cp.async.shared.global [%r1], [%d1], 4;", ".ca"), ("atom.global.b32 %r1, [%d1], %r2;", ".cas"),
        ])
    func unknownFormsNameWhatIsKnown(text: String, known: String) throws {
        let error = try #require(PTXTexts.error(text))
        #expect(error.hint?.contains(known) == true, "\(error)")
        #expect(error.line == PTXTexts.firstLine)
    }
}
