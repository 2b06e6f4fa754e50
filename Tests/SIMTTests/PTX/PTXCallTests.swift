import Testing

@testable import SIMT

@Suite("PTX calls and branches") struct PTXCallTests {
    private func function(_ body: String) throws -> PTXFunction {
        let text =
            PTXTexts.head
                + """
                .func (.param .b32 result) f(.param .b32 x, .param .b64 y);
                .func leave();
                .entry k() {
                .reg .pred %p<4>; .reg .b32 %r<8>; .reg .b64 %d<8>;
                \(body)
                }
                """
        return try PTXModule(parsing: text).functions[2]
    }

    @Test func parametersGoThroughBlocks() throws {
        let kernel = try function(
            """
            { // callseq 0, 0
            .param .b32 param0;
            st.param.b32 [param0+0], %r1;
            .param .b64 param1;
            st.param.b64 [param1+0], %d1;
            .param .b32 retval0;
            call.uni (retval0),
            f,
            (
            param0,
            param1
            );
            ld.param.b32 %r2, [retval0+0];
            } // callseq 0
            """)
        guard case .call(let call) = kernel.instructions[2].operation else {
            Issue.record("no call")
            return
        }
        #expect(call.target == .function("f"))
        #expect(call.isUniform)
        #expect(kernel.instructions[2].operands.isEmpty)
        let names = (call.results + call.arguments).map { operand -> String in
            if case .symbol(let symbol, _) = operand { symbol.name } else { "" }
        }
        #expect(names == ["retval0", "param0", "param1"])
        #expect(kernel.variables.map(\.name) == ["param0", "param1", "retval0"])
    }

    @Test func indirectCallsHavePrototypes() throws {
        let kernel = try function(
            """
            { .param .b32 a; .param .b64 b; .param .b32 r;
            proto : .callprototype (.param .b32 _) _ (.param .b32 _, .param .b64 _);
            call (r), %d1, (a, b), proto; }
            """)
        guard case .call(let call) = kernel.instructions[0].operation else {
            Issue.record("no call")
            return
        }
        #expect(call.target == .indirect(PTXRegister(index: 0, type: .b64)))
        #expect(kernel.instructions[0].read.map(\.index) == [0])
        #expect(!call.isUniform && call.arguments.count == 2 && call.results.count == 1)
    }

    @Test func callsWithoutParameters() throws {
        let kernel = try function("@%p1 call leave; call.uni leave, ();")
        #expect(kernel.instructions.count == 2)
        #expect(kernel.instructions[0].predicate != nil)
    }

    @Test func registersCanBePassed() throws {
        let kernel = try function("call (%r1), f, (%r2, %d1);")
        #expect(kernel.instructions[0].written.map(\.index) == [0])
        #expect(kernel.instructions[0].read.map(\.index) == [1, 2])
    }

    @Test(
        arguments: [
            ("call g;", PTXError.Code.undeclared), ("call f, (%r1, %d1);", .operand),
            ("call (%r1), f, (%r1);", .operand),
            ("call (%r1), %d1, (%r2), nothing;", .undeclared), ("call.fast leave;", .unsupported),
            ("call (%r1), f, (%r1, [%d1]);", .operand), ("bra nowhere;", .undeclared),
            ("brx.idx %r1, nothing;", .undeclared), ("bra 3;", .syntax),
        ])
    func badCalls(text: String, code: PTXError.Code) {
        let error = #expect(throws: PTXError.self) { try function(text) }
        #expect(error?.code == code)
        #expect(error?.line == 8)
        #expect(error?.opcode == String(text.prefix { $0 != " " }))
    }

    @Test func branchTablesHoldLabels() throws {
        let kernel = try function(
            """
            table: .branchtargets A, B, A;
            @%p1 brx.idx.uni %r1, table;
            bra.uni B;
            A: ret;
            B: ret;
            """)
        #expect(kernel.instructions[0].operation == .brx(isUniform: true))
        #expect(kernel.instructions[0].targets == [2, 3, 2])
        #expect(
            kernel.instructions[0].operands[1]
                == .labels([
                    PTXLabel(name: "A", instruction: 2), PTXLabel(name: "B", instruction: 3),
                    PTXLabel(name: "A", instruction: 2),
                ]))
        #expect(kernel.instructions[1].operation == .bra(isUniform: true))
        #expect(kernel.instructions[1].operands == [.label(PTXLabel(name: "B", instruction: 3))])
    }
}
