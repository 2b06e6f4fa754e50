import Testing

@testable import SIMT

@Suite("PTX modules") struct PTXModuleTests {
    private func module(_ text: String) throws -> PTXModule { try PTXModule(parsing: PTXTexts.head + text) }

    @Test func headIsRead() throws {
        let module = try PTXModule(
            parsing: ".version 9.5 .target sm_90a, debug .address_size 64 .file 2 \"b.cu\", 17, 4")
        #expect(module.version == PTXModule.Version(major: 9, minor: 5))
        #expect(module.version > PTXModule.Version(major: 8, minor: 10))
        #expect(module.target == ["sm_90a", "debug"])
        #expect(module.addressSize == 64)
        #expect(module.files == [2: "b.cu"])
        #expect(module.kernels.isEmpty)
    }

    @Test func variablesHaveSpacesExtentsAndAlignment() throws {
        let module = try module(
            """
            .extern .shared .align 16 .b8 dynamic[];
            .weak .shared .align 4 .f32 tile[16][17];
            .visible .global .v4 .f32 v, w[2];
            .const .u16 c;
            .global .attribute(.managed) .b64 managed;
            """)
        #expect(module.variables.map(\.name) == ["dynamic", "tile", "v", "w", "c", "managed"])
        let (dynamic, tile, v) = (module.variables[0], module.variables[1], module.variables[2])
        #expect(dynamic.isUnsized && dynamic.linkage == .extern && dynamic.alignment == 16 && dynamic.byteCount == 0)
        #expect(
            tile.dimensions == [16, 17] && tile.byteCount == 1088 && tile.linkage == .weak && tile.space == .shared)
        #expect(v.vectorWidth == 4 && v.byteCount == 16 && v.alignment == 16 && v.linkage == .visible)
        #expect(module.variables[3].byteCount == 32)
        #expect(module.variables[4].alignment == 2 && module.variables[4].space == .const)
    }

    @Test func initialValuesBecomeBytes() throws {
        let module = try module(
            """
            .global .b8 text[4] = {104, 105};
            .const .f32 weights[2] = {0f3F800000, -0.5};
            .global .s16 negative = -2;
            .global .u8 grid[2][3] = {{1, 2}, {3, 4, 5}};
            .global .u8 flat[2][2] = {1, 2, 3, 4};
            .global .b32 counted[] = {1+1, 1<<8};
            .global .v2 .u16 pair = {7, 8};
            """)
        let bytes = module.variables.map { $0.initializer?.bytes }
        #expect(bytes[0] == [104, 105, 0, 0])
        #expect(bytes[1] == [0, 0, 128, 63, 0, 0, 0, 191])
        #expect(bytes[2] == [254, 255])
        #expect(bytes[3] == [1, 2, 0, 3, 4, 5])
        #expect(bytes[4] == [1, 2, 3, 4])
        #expect(bytes[5] == [2, 0, 0, 0, 0, 1, 0, 0])
        #expect(module.variables[5].dimensions == [2])
        #expect(bytes[6] == [7, 0, 8, 0])
    }

    @Test func addressesBecomeRelocations() throws {
        let module = try module(
            """
            .global .b32 a[4];
            .func f(.param .b32 x);
            .global .u64 p = generic(a)+8;
            .global .u64 q[3] = {a+4, 0, f};
            .global .b8 masked[2] = {0xFF(a), 0xFF00(a)};
            """)
        typealias Relocation = PTXInitializer.Relocation
        #expect(
            module.variables[1].initializer?.relocations
                == [Relocation(offset: 0, byteCount: 8, name: "a", addend: 8, isGeneric: true)])
        #expect(
            module.variables[2].initializer?.relocations == [
                Relocation(offset: 0, byteCount: 8, name: "a", addend: 4),
                Relocation(offset: 16, byteCount: 8, name: "f"),
            ])
        #expect(module.variables[3].initializer?.relocations.map(\.byteIndex) == [0, 1])
        #expect(module.variables[3].initializer?.bytes.count == 2)
    }

    @Test func parametersHaveOffsets() throws {
        let kernel = try module(
            """
            .visible .entry k(
                .param .u32 n,
                .param .u64 .ptr .global .align 16 x,
                .param .u8 flag,
                .param .align 8 .b8 block[20],
                .param .u64 .ptr .align 4 y
            ) .maxntid 128, 2, 1 .reqntid 64 .minnctapersm 3 .maxnreg 64 .pragma "nounroll"; { ret; }
            """
        ).functions[0]
        #expect(kernel.isKernel && kernel.hasBody && kernel.linkage == .visible)
        #expect(kernel.parameters.map(\.offset) == [0, 8, 16, 24, 48])
        #expect(kernel.parameters.map(\.byteCount) == [4, 8, 1, 20, 8])
        #expect(kernel.parameterBytes == 56)
        #expect(kernel.parameters[1].pointer == PTXParameter.Pointer(space: .global, alignment: 16))
        #expect(kernel.parameters[1].alignment == 8)
        #expect(kernel.parameters[4].pointer == PTXParameter.Pointer(space: .generic, alignment: 4))
        #expect(kernel.parameters[3].count == 20 && kernel.parameters[0].count == nil)
        #expect(kernel.bounds.maximumThreads == [128, 2, 1])
        #expect(kernel.bounds.requiredThreads == [64])
        #expect(kernel.bounds.minimumBlocksPerMultiprocessor == 3)
        #expect(kernel.bounds.maximumRegisters == 64)
        #expect(kernel.pragmas == ["nounroll"])
    }

    @Test func declarationsAreReplacedByDefinitions() throws {
        let module = try module(
            """
            .extern .func __assertfail(.param .b64 a, .param .b64 b, .param .b32 c) .noreturn;
            .func (.param .b32 result) f(.param .b32 x);
            .visible .func (.param .b32 result) f(.param .b32 x)
            {
                .reg .b32 %r<2>;
                ld.param.b32 %r1, [x];
                st.param.b32 [result+0], %r1;
                ret;
            }
            .func (.reg .b32 out) g(.reg .b32 in) { add.s32 out, in, 1; ret; }
            """)
        #expect(module.functions.map(\.name) == ["__assertfail", "f", "g"])
        #expect(module.functions[0].bounds.neverReturns && !module.functions[0].hasBody)
        let f = try #require(module.function(named: "f"))
        #expect(f.hasBody && f.linkage == .visible && f.instructions.count == 3)
        let parameter = PTXSymbol(owner: .parameter, index: 0, space: .param, name: "x")
        #expect(f.instructions[0].operands[1] == .address(PTXAddress(base: .symbol(parameter), offset: 0)))
        let result = PTXSymbol(owner: .result, index: 0, space: .param, name: "result")
        #expect(f.instructions[1].operands[0] == .address(PTXAddress(base: .symbol(result), offset: 0)))
        let g = module.functions[2]
        let (input, output) = try (#require(g.parameters[0].register), #require(g.results[0].register))
        #expect(g.instructions[0].operands == [.register(output), .register(input), .immediate(.integer(1))])
        #expect(module.function(named: "h") == nil)
    }

    @Test func sectionsAreSteppedOver() throws {
        let module = try module(
            """
            .entry k() { ret; }
            .section .debug_info { .b32 4 .b32 .debug_abbrev { .b8 1 } }
            .section .debug_str { $s: .b8 104, 105, 0 }
            .file 1 "a.cu"
            """)
        #expect(module.functions.count == 1)
        #expect(module.files[1] == "a.cu")
    }
}
