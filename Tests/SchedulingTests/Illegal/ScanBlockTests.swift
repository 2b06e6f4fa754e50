import KernelIR
import Scheduling
import Testing

/// The ways in which `scanBlock` is illegal, and what may not be done to the loops of a scan.
@Suite struct IllegalScanTests {
    private func state(_ schedule: Schedule = []) throws -> ScheduleState {
        try scheduled(ScanPrograms.recurrences(4, 64), schedule)
    }

    @Test(arguments: ["row", "z"]) func axesThatAreNotScanned(_ axis: String) throws {
        expectIllegal(
            .scanBlock(ScanBlock(stage: "affines", axis: axis, block: 8)), try state(), .unknownName,
            at: ["affines", axis], hint: "scanned axis: r")
    }

    @Test func stagesThatAreNoScans() throws {
        expectIllegal(
            .scanBlock(ScanBlock(stage: "matmul", axis: "k", block: 8)), try scheduled(SamplePrograms.matmul(4, 4, 64)),
            .unknownName, at: ["matmul", "k"], hint: "none")
    }

    @Test(arguments: [1, 64, 100]) func blocksOutsideTheirRange(_ block: Int) throws {
        expectIllegal(
            .scanBlock(ScanBlock(stage: "affines", axis: "r", block: block)), try state(), .illegalParameter,
            at: ["\(block)", "axis r"], hint: "2 to 63")
    }

    @Test func scansInBlocks() throws {
        let cut = Action.scanBlock(ScanBlock(stage: "affines", axis: "r", block: 8))
        expectIllegal(cut, try state([cut]), .illegalOrder, at: ["affines"], hint: "once")
    }

    @Test func scheduledLoops() throws {
        expectIllegal(
            .scanBlock(ScanBlock(stage: "affines", axis: "r", block: 8)),
            try state([.bind(Bind(stage: "affines", loop: "row"))]), .illegalOrder, at: ["affines"],
            hint: "before their loops")
    }

    @Test func scannedLoopsOnTheGrid() throws {
        expectIllegal(
            .bind(Bind(stage: "affines", loop: "r")),
            try state([.reorder(Reorder(stage: "affines", loops: ["r", "row"]))]),
            .illegalOrder, at: ["affines", "loop r"], hint: "scanBlock first")
    }

    @Test func scannedLoopsBackwards() throws {
        expectIllegal(
            .reverse(Reverse(stage: "affines", loop: "r")), try state(), .illegalOrder, at: ["affines", "loop r"],
            hint: "spatial")
    }

    @Test func scannedLoopsInAnotherOrder() throws {
        expectIllegal(
            .reorder(Reorder(stage: "affines", loops: ["r.i", "r.o"])),
            try state([.split(Split(stage: "affines", loop: "r", factor: 8))]), .illegalOrder, at: ["affines"],
            hint: "r.o r.i")
    }

    @Test func scannedLoopsFusedWithOthers() throws {
        expectIllegal(
            .fuse(Fuse(stage: "affines", outer: "row", inner: "r")), try state(), .illegalOrder, at: ["row", "r"],
            hint: "both scanned")
    }

    @Test func scannedLoopsWithAccumulators() throws {
        expectIllegal(
            .accumulators(Accumulators(stage: "affines", loop: "r", count: 4)), try state(), .illegalOrder,
            at: ["affines", "loop r"], hint: "reduced loops")
    }

    @Test func partsOfAScan() throws {
        let state = try scheduled(ScanPrograms.shares(2, 8))
        #expect(throws: Never.self) {
            try state.applying(.attach(Attach(stage: "scan", to: "half", loop: "half.row")))
        }
        expectIllegal(
            .attach(Attach(stage: "scan", to: "half", loop: "half.r", allowRecompute: true)),
            try scheduled(ScanPrograms.rowSums(2, 8)), .illegalDataFlow, at: ["scan"], hint: "outside the loops")
    }
}
