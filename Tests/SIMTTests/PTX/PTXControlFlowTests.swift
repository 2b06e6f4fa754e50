import Testing

@testable import SIMT

@Suite("PTX control flow") struct PTXControlFlowTests {
    private func flow(_ body: String) throws -> PTXControlFlow { PTXControlFlow(of: try PTXTexts.kernel(body)) }

    @Test func straightCodeIsOneBlock() throws {
        let flow = try self.flow("mov.b32 %r1, 0; bar.sync 0; ret;")
        #expect(flow.blocks == [PTXBasicBlock(instructions: 0..<3, leaves: true)])
        #expect(flow.blockOfInstruction == [0, 0, 0])
        #expect(flow.immediatePostdominators == [nil])
        #expect(flow.immediateDominators == [nil])
        #expect(flow.isReachable == [true] && flow.reachesExit == [true])
    }

    @Test func declarationsHaveNoBlocks() {
        let flow = PTXControlFlow(instructions: [])
        #expect(flow.blocks.isEmpty && flow.blockOfInstruction.isEmpty && flow.backEdges.isEmpty)
    }

    @Test func diamondsMeetBelow() throws {
        let flow = try self.flow(
            """
            @%p1 bra RIGHT;
            mov.b32 %r1, 1;
            bra MEET;
            RIGHT: mov.b32 %r1, 2;
            MEET: mov.b32 %r2, %r1;
            ret;
            """)
        #expect(flow.blocks.map(\.instructions) == [0..<1, 1..<3, 3..<4, 4..<6])
        #expect(flow.blocks.map(\.successors) == [[1, 2], [3], [3], []])
        #expect(flow.blocks.map(\.predecessors) == [[], [0], [0], [1, 2]])
        #expect(flow.blocks.map(\.leaves) == [false, false, false, true])
        #expect(flow.immediatePostdominators == [3, 3, 3, nil])
        #expect(flow.immediateDominators == [nil, 0, 0, 0])
        #expect(flow.reconvergence(of: 0) == 4)
        #expect(flow.reconvergence(of: 3) == nil)
        #expect(flow.backEdges.isEmpty)
    }

    @Test func loopsGoBack() throws {
        let flow = try self.flow(
            """
            mov.b32 %r1, 0;
            LOOP: add.s32 %r1, %r1, 1;
            setp.lt.s32 %p1, %r1, 10;
            @%p2 bra SKIP;
            mov.b32 %r2, 0;
            SKIP: @%p1 bra LOOP;
            ret;
            """)
        #expect(flow.blocks.map(\.instructions) == [0..<1, 1..<4, 4..<5, 5..<6, 6..<7])
        #expect(flow.blocks.map(\.successors) == [[1], [2, 3], [3], [1, 4], []])
        #expect(flow.immediatePostdominators == [1, 3, 3, 4, nil])
        #expect(flow.immediateDominators == [nil, 0, 1, 1, 3])
        #expect(flow.backEdges.map(\.from) == [3] && flow.backEdges.map(\.to) == [1])
        #expect(flow.dominates(1, 3) && !flow.dominates(2, 3) && flow.dominates(2, 2))
    }

    @Test func irreducibleGraphsHaveNoBackEdge() throws {
        let flow = try self.flow(
            """
            @%p1 bra B;
            A: mov.b32 %r1, 1;
            @%p2 bra END;
            B: mov.b32 %r1, 2;
            @%p3 bra A;
            END: ret;
            """)
        #expect(flow.blocks.map(\.instructions) == [0..<1, 1..<3, 3..<5, 5..<6])
        #expect(flow.blocks.map(\.successors) == [[1, 2], [2, 3], [1, 3], []])
        #expect(flow.immediateDominators == [nil, 0, 0, 0])
        #expect(flow.immediatePostdominators == [3, 3, 3, nil])
        #expect(flow.backEdges.isEmpty)
    }

    @Test func guardedExitsLeaveAndFallThrough() throws {
        let flow = try self.flow("@%p1 exit; mov.b32 %r1, 0; @%p2 ret; mov.b32 %r1, 1;")
        #expect(flow.blocks.map(\.instructions) == [0..<1, 1..<3, 3..<4])
        #expect(flow.blocks.map(\.successors) == [[1], [2], []])
        #expect(flow.blocks.map(\.leaves) == [true, true, true])
        #expect(flow.immediatePostdominators == [nil, nil, nil])
        #expect(flow.reachesExit == [true, true, true])
    }

    @Test func unreachableCodeIsKnown() throws {
        let flow = try self.flow("bra END; mov.b32 %r1, 0; mov.b32 %r1, 1; END: ret;")
        #expect(flow.isReachable == [true, false, true])
        #expect(flow.blocks[2].predecessors == [0, 1])
        #expect(flow.immediateDominators == [nil, nil, 0])
        #expect(!flow.dominates(0, 1))
    }

    @Test func endlessLoopsNeverReachTheExit() throws {
        let flow = try self.flow("@%p1 bra END; SPIN: nanosleep.u32 20; bra SPIN; END: ret;")
        #expect(flow.reachesExit == [true, false, true])
        #expect(flow.immediatePostdominators == [2, nil, nil])
        #expect(flow.isReachable == [true, true, true])
        #expect(flow.backEdges.map(\.from) == [1])
    }

    @Test func tablesBranchToEachTargetOnce() throws {
        let flow = try self.flow(
            """
            table: .branchtargets A, B, A;
            brx.idx %r1, table;
            A: ret;
            B: trap;
            """)
        #expect(flow.blocks.map(\.successors) == [[1, 2], [], []])
        #expect(flow.blocks[1].predecessors == [0])
        #expect(flow.immediatePostdominators == [nil, nil, nil])
    }

    @Test func labelsAtTheEndLeave() throws {
        let flow = try self.flow("@%p1 bra END; mov.b32 %r1, 0; END:")
        #expect(flow.blocks.map(\.successors) == [[1], []])
        #expect(flow.blocks.map(\.leaves) == [true, true])
    }

    /// Compares with the definition on random graphs: a block dominates another if removing it cuts all paths.
    @Test(arguments: 0..<60) func dominatorsAgreeWithTheirDefinition(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % bound
        }
        let count = 3 + random(8)
        let body = (0..<count).map { index -> String in
            let target = "bra L\(random(count));"
            let end = ["@%p1 \(target)", "@%p1 \(target)", target, "ret;", "@%p1 exit;"][random(5)]
            return "L\(index): mov.b32 %r1, \(index); \(end)"
        }
        let flow = try self.flow(body.joined(separator: "\n"))
        #expect(flow.blocks.count == count)
        let exit = flow.blocks.count
        let edges = flow.blocks.map { $0.successors + ($0.leaves ? [exit] : []) } + [[]]
        for outer in 0..<count {
            for inner in 0..<count where inner != outer {
                let isCut = reach(0, edges, without: outer)[inner] == false
                #expect(flow.dominates(outer, inner) == (flow.isReachable[inner] && isCut))
                let meets = !reach(inner, edges, without: outer)[exit] && flow.reachesExit[inner]
                var place = flow.immediatePostdominators[inner]
                while let block = place, block != outer { place = flow.immediatePostdominators[block] }
                #expect((place == outer) == meets, "\(outer) after \(inner) in \(body)")
            }
        }
    }

    private func reach(_ start: Int, _ edges: [[Int]], without removed: Int) -> [Bool] {
        var seen = Array(repeating: false, count: edges.count)
        var waiting = start == removed ? [] : [start]
        while let node = waiting.popLast() {
            guard !seen[node] else { continue }
            seen[node] = true
            waiting += edges[node].filter { $0 != removed }
        }
        return seen
    }
}
