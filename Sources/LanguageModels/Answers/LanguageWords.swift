import Rendering

/// What a model is told of a kernel language beside what it knows.
struct LanguageWords: Sendable, Hashable {
    let name: String
    /// The name of a source, by which its language is known.
    let path: String
    /// What a launch's `grid` counts, and its `block`.
    let group: String
    let item: String
    /// How types are spelled that the language has no word for.
    let types: String
    /// How kernels and shared memory are declared.
    let kernels: String
    /// A whole answer.
    let example: String

    init(_ language: Solution.Target.Language) {
        switch language {
        case .opencl: self = .openCL
        case .cuda: self = .cuda
        }
    }

    private init(
        name: String, path: String, group: String, item: String, types: String, kernels: String, example: String
    ) {
        self.name = name
        self.path = path
        self.group = group
        self.item = item
        self.types = types
        self.kernels = kernels
        self.example = example
    }

    private static let openCL = LanguageWords(
        name: "OpenCL C 1.2", path: "kernel.cl", group: "work-group", item: "work-item",
        types: "bool is uchar, int64 long; float16 is half, read by vload_half and written by vstore_half; "
            + "bfloat16 is ushort.",
        kernels: "A kernel is __kernel void NAME(__global const float *x, __global float *y); local arrays are "
            + "declared in it, and shared= adds a __local pointer behind its arguments.",
        example: """
            Each work-group doubles 256 elements, one for each work-item.
            ```opencl
            // kw: launch twice grid=16 block=256 args=x,y
            __kernel void twice(__global const float *x, __global float *y) {
                const int i = get_global_id(0);
                y[i] = 2.0f * x[i];
            }
            ```
            """)

    private static let cuda = LanguageWords(
        name: "CUDA C++", path: "kernel.cu", group: "block", item: "thread",
        types: "bool is unsigned char, int64 long long; float16 and bfloat16 are unsigned short.",
        kernels: "A kernel is extern \"C\" __global__ void NAME(const float *x, float *y); dynamic shared memory is "
            + "declared extern __shared__, and shared= gives its size.",
        example: """
            Each block doubles 256 elements, one for each thread.
            ```cuda
            // kw: launch twice grid=16 block=256 args=x,y
            extern "C" __global__ void twice(const float *__restrict__ x, float *__restrict__ y) {
                const int i = blockIdx.x * blockDim.x + threadIdx.x;
                y[i] = 2.0f * x[i];
            }
            ```
            """)
}
