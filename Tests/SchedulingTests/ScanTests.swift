import KernelIR
import Testing

@testable import Scheduling

/// Scans under single actions and under the macro: the loops compute what the unscheduled program does.
@Suite struct ScanTests {
    private static let programs = [
        ScanPrograms.rowSums(3, 70), ScanPrograms.middleProducts(2, 37, 40), ScanPrograms.mirrored(2, 67),
        ScanPrograms.exclusive(3, 50), ScanPrograms.recurrences(2, 45),
        ScanPrograms.recurrences(2, 48, isReversed: true), ScanPrograms.shares(2, 33),
    ]

    @Test(arguments: programs) func macro(_ program: TensorProgram) throws {
        for scan in [
            ScanCPU(), ScanCPU(rows: 2), ScanCPU(rows: 4, columnVectors: 1, block: 0), ScanCPU(block: 7),
            ScanCPU(block: 16),
        ] {
            let schedule = try ProgramCPU(scan: scan).schedule(program, target: .genericAVX512)
            try expectEquivalent(try scheduled(program, schedule), to: program, "\(scan)")
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 40]) func extents(_ n: Int) throws {
        for program in [ScanPrograms.rowSums(2, n), ScanPrograms.middleProducts(1, n, 20)] {
            let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
            try expectEquivalent(try scheduled(program, schedule), to: program)
        }
    }

    @Test func scansAskForTheNextOne() throws {
        let program = ScanPrograms.rowSums(3, 70)
        for schedule in [[], try ProgramCPU().schedule(program, target: .genericAVX512)] {
            let state = try scheduled(program, schedule)
            let scan = try #require(state.program.stages.first { $0.sweep != nil }).name
            let row = try #require(state.nests[scan]?.loops.first { !$0.isScan }).name
            let asked = try state.applying(.prefetch(Prefetch(stage: scan, loop: row)))
            #expect("\(asked.lowered())".contains("ahead: Optional(\"\(row)\")"))
            try expectEquivalent(asked, to: program)
        }
    }

    @Test func mapsAroundAScanBecomeOneKernel() throws {
        for program in [ScanPrograms.rowSums(3, 64), ScanPrograms.mirrored(3, 64), ScanPrograms.exclusive(3, 64)] {
            let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
            #expect(try scheduled(program, schedule).lowered().kernels.count == 1, "\(program.name)")
        }
    }

    @Test func aMirroredReadTurnsTheSweepRound() throws {
        let state = try scheduled(
            ScanPrograms.mirrored(2, 9), [.epilogue(Epilogue(stage: "out", into: "scan"))])
        #expect(state.program.stages.map(\.sweep?.isReversed) == [true])
        #expect(state.program.stages[0].loads.map(\.indices) == [state.program.stages[0].axes.map { .axis($0.name) }])
    }

    @Test func scansThatAreReadEarlierStayApart() throws {
        var program = ScanPrograms.exclusive(2, 9)
        let behind = Index.axis("j") + 1
        program.stages[1].body = [
            .load(Load("s", [.axis("row"), behind], bounds: [Bound(behind, below: 8)]))
        ]
        let state = try scheduled(program)
        #expect(throws: ScheduleError.self) {
            try state.applying(.epilogue(Epilogue(stage: "out", into: "scan")))
        }
    }

    @Test func lanesAlongAndAcross() throws {
        let along = ScanPrograms.recurrences(4, 50, isReversed: true)
        try expectEquivalent(
            try scheduled(
                along,
                [
                    .split(Split(stage: "affines", loop: "r", factor: 8)),
                    .vectorize(Vectorize(stage: "affines", loop: "r.i")),
                ]), to: along)
        let across = ScanPrograms.middleProducts(2, 9, 16)
        try expectEquivalent(
            try scheduled(across, [.vectorize(Vectorize(stage: "scan", loop: "i"))]), to: across)
    }

    @Test func scansAreListedWithTheirBlocks() throws {
        let legal = try scheduled(ScanPrograms.rowSums(1, 2048)).legalActions()
        #expect(legal.contains(.scanBlock(ScanBlock(stage: "scan", axis: "scan.r", block: 1024))))
        #expect(!legal.contains(.scanBlock(ScanBlock(stage: "scan", axis: "scan.r", block: 8192))))
        #expect(legal.contains(.epilogue(Epilogue(stage: "half", into: "scan"))))
    }
}
