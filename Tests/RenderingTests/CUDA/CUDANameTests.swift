import KernelIR
import Testing

@testable import Rendering

/// Names that mean something to C++ or CUDA get a number.
@Suite struct CUDANameTests {
    @Test(arguments: [
        "class", "template", "threadIdx", "float4", "make_float4", "long", "expf", "fmaf", "y0", "norm3d", "select",
        "NAN",
        "main", "atomicAdd", "and", "warpSize", "dim3", "operator", "as_float", "sqrt", "__expf", "__CUDACC__",
    ])
    func reserved(_ name: String) throws {
        let source = try CUDAPrinted.source(
            [.set("y", [.axis(name)], .load("x", [.axis(name)]))], grid: [Axis(name, 64)], name: name)
        #expect(source.contains("__launch_bounds__(1) \(name)_2("))
        #expect(source.contains("const int \(name)_2 = blockIdx.x;"))
        #expect(source.contains("y[\(name)_2] = x[\(name)_2];"))
    }

    @Test func ordinaryNamesStay() throws {
        let source = try CUDAPrinted.source([.set("y", [.axis("global")], .float(1))], grid: [Axis("global", 64)])
        #expect(source.contains("const int global = blockIdx.x;"))
    }
}
