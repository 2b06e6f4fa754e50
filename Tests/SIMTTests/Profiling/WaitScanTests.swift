import Testing

@testable import SIMT

@Suite("Waits for loads") struct WaitScanTests {
    private typealias Step = WaitScan.Step

    private func load(_ token: Int, needs: [Int] = []) -> WaitScan.Step {
        WaitScan.Step(memory: .long, gives: [token], awaits: needs)
    }

    private func use(_ tokens: Int...) -> WaitScan.Step { WaitScan.Step(awaits: tokens) }

    private let barrier = WaitScan.Step(isBarrier: true)

    @Test("loads before the first use of any of them share one wait")
    func groups() {
        let waits = WaitScan.waits(of: [load(1), load(2), use(1), load(3), use(2), use(3)], isLoop: false)
        #expect(waits.map { $0?.share } == [0.5, 0.5, nil, 1, nil, nil])
        #expect(waits.allSatisfy { $0?.exposedPhases ?? 0 == 0 })
    }

    @Test("a chain has one under way, what nobody needs here is needed together")
    func chains() {
        let chain = WaitScan.waits(of: [load(1, needs: [1])], isLoop: true)
        #expect(chain.map { $0?.share } == [1])
        let loose = WaitScan.waits(of: [load(1), load(2), load(3)], isLoop: false)
        let third: Double? = 1.0 / 3
        #expect(loose.map { $0?.share } == [third, third, third])
    }

    @Test("a load that is needed in the next pass waits there, with those issued since")
    func pipelined() {
        let waits = WaitScan.waits(of: [use(1), load(1), load(2), use(3)], isLoop: true)
        #expect(waits[1]?.share == 0.5 && waits[2]?.share == 0.5)
    }

    @Test("memories are waited for by themselves")
    func memories() {
        let shared = Step(memory: .shared, gives: [2])
        let waits = WaitScan.waits(of: [load(1), shared, use(2), use(1)], isLoop: false)
        #expect(waits[0]?.share == 1 && waits[1]?.share == 1)
    }

    @Test("a tile that is loaded and stored between two barriers exposes one phase, less what comes between")
    func exposed() {
        let tile = [load(1), load(2), use(9), use(1), use(2), barrier, use(9), use(9), barrier]
        let waits = WaitScan.waits(of: tile, isLoop: true)
        #expect(waits[0]?.exposedPhases == 0.5 && waits[1]?.exposedPhases == 0.5)
        // Two instructions stand between the first load and its use.
        #expect(waits[0]?.hiddenInstructions == 1 && waits[1]?.hiddenInstructions == 1)
        // Outside a loop nothing stands before the first barrier or behind the last.
        let once = WaitScan.waits(of: tile, isLoop: false)
        #expect(once[0]?.exposedPhases == 0)
    }

    @Test("a tile that is loaded one pass ahead exposes nothing; without barriers nothing is exposed")
    func hidden() {
        let ahead = WaitScan.waits(of: [use(1), barrier, load(1), use(9), barrier], isLoop: true)
        #expect(ahead[2]?.share == 1 && ahead[2]?.exposedPhases == 0)
        let free = WaitScan.waits(of: [load(1), use(1)], isLoop: true)
        #expect(free[0]?.exposedPhases == 0)
    }

    @Test("PTX loads are taken to move up as far as their addresses, stores and barriers let them")
    func hoisting() throws {
        func shares(_ body: String) throws -> [Double] {
            let code = try PTXTexts.kernel(body).instructions
            let costs = PTXCosts(code, PTXControlFlow(instructions: code), code.map { PTXRegisterUse($0) }).costs
            return zip(code, costs).filter { $0.0.operation.unit == .globalLoad }.map { $0.1.longWaits }
        }
        let free = """
            ld.global.f32 %f1, [%d1]; add.f32 %f2, %f1, %f1; add.s64 %d2, %d1, 8; ld.global.f32 %f3, [%d2];
            add.f32 %f4, %f3, %f3; ret;
            """
        #expect(try shares(free) == [0.5, 0.5])
        // An address that a load gave.
        #expect(try shares("ld.global.u64 %d2, [%d1]; ld.global.u64 %d3, [%d2]; st.global.u64 [%d1], %d3;") == [1, 1])
        // A store that may change what is loaded, unless nobody may write there.
        let stored = """
            ld.global.f32 %f1, [%d1]; st.global.f32 [%d2], %f1;
            ld.global.f32 %f2, [%d3]; st.global.f32 [%d2], %f2;
            """
        #expect(try shares(stored) == [1, 1])
        #expect(try shares(stored.replacing("ld.global", with: "ld.global.nc")) == [0.5, 0.5])
        let parted = """
            ld.global.f32 %f1, [%d1]; add.f32 %f2, %f1, %f1; bar.sync 0;
            ld.global.f32 %f3, [%d2]; add.f32 %f4, %f3, %f3;
            """
        #expect(try shares(parted) == [1, 1])
    }

    @Test("a wait for copies costs a part of their latency by the groups that it leaves pending")
    func copies() throws {
        func waits(_ text: String) throws -> Double { CodeCost(try PTXTexts.instruction(text)).copyWaits }
        #expect(try waits("cp.async.wait_all;") == 1)
        #expect(try waits("cp.async.wait_group 0;") == 1)
        #expect(try waits("cp.async.wait_group 1;") == 0.5)
        #expect(try waits("cp.async.wait_group 3;") == 0.25)
        #expect(try waits("cp.async.commit_group;") == 0)
        #expect(CodeCost.copyWait(pending: .max) < 1e-18)
    }

    @Test("arithmetic is as parallel as its data flow is wide")
    func dataFlow() throws {
        func cycles(_ body: String) throws -> Double {
            let code = try PTXTexts.kernel(body).instructions
            let costs = PTXCosts(code, PTXControlFlow(instructions: code), code.map { PTXRegisterUse($0) }).costs
            return costs.reduce(0) { $0 + $1.dependentCycles }
        }
        #expect(try cycles("add.f32 %f1, %f1, %f0; add.f32 %f1, %f1, %f0; add.f32 %f1, %f1, %f0;") == 12)
        let wide = try cycles("add.f32 %f1, %f1, %f0; add.f32 %f2, %f2, %f0; add.f32 %f3, %f3, %f0;")
        #expect(abs(wide - 4) < 1e-12)
    }
}
