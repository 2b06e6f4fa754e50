import CUDAToolchain

/// Kernels that the tests compile.
enum Kernels {
    static let saxpy = CUDASource(
        name: "saxpy.cu",
        text: """
            extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
                for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
                    y[i] = a * x[i] + y[i];
            }
            """)

    static let copy = CUDASource(
        name: "copy.cu",
        text: """
            extern "C" __global__ void copy(const float4* __restrict__ x, float4* __restrict__ y) {
                float4 value = x[blockIdx.x * blockDim.x + threadIdx.x];
                value.x += 1.0f;
                y[blockIdx.x * blockDim.x + threadIdx.x] = value;
            }
            """)

    /// Ninety values that are all needed at once, in 64 registers.
    static let spilling = CUDASource(
        name: "spilling.cu",
        text: """
            extern "C" __global__ void __launch_bounds__(1024) spilling(const float* a, float* c, int n) {
                float v[90];
                #pragma unroll
                for (int i = 0; i < 90; i++) v[i] = a[i * n + threadIdx.x];
                for (int k = 0; k < n; k++) {
                    #pragma unroll
                    for (int i = 0; i < 90; i++) v[i] = v[i] * v[(i + 7) % 90] + a[k];
                }
                #pragma unroll
                for (int i = 0; i < 90; i++) c[i * n + threadIdx.x] = v[i];
            }
            """)

    static let tensor = CUDASource(
        name: "tensor.cu",
        text: """
            #include <cuda_fp16.h>
            #include <mma.h>
            using namespace nvcuda;

            extern "C" __global__ void tensor(const half* a, const half* b, float* c, int n) {
                wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> left;
                wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> right;
                wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
                wmma::fill_fragment(sum, 0.0f);
                for (int k = 0; k < n; k += 16) {
                    wmma::load_matrix_sync(left, a + k, n);
                    wmma::load_matrix_sync(right, b + k, n);
                    wmma::mma_sync(sum, left, right, sum);
                }
                wmma::store_matrix_sync(c, sum, n, wmma::mem_row_major);
            }
            """)

    /// A tile in shared memory; the loop over k is on lines 7 to 13.
    static let tiled = CUDASource(
        name: "tiled.cu",
        text: """
            extern "C" __global__ void tiled(const float* a, const float* b, float* c, int n) {
                __shared__ float left[16][16];
                __shared__ float right[16][17];
                int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
                float sum = 0.0f;
                #pragma unroll 1
                for (int k = 0; k < n; k += 16) {
                    left[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
                    right[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + column];
                    __syncthreads();
                    for (int i = 0; i < 16; i++) sum += left[threadIdx.y][i] * right[i][threadIdx.x];
                    __syncthreads();
                }
                c[row * n + column] = sum;
            }
            """)
}
