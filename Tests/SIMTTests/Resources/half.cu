// Half precision: arithmetic of cuda_fp16.h and cuda_bf16.h (inline assembly blocks), WMMA, and mma with ldmatrix.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

extern "C" __global__ void axpyHalf(int n, __half alpha, const __half2 *x, __half2 *y, __nv_bfloat16 *z) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    __half2 product = __hfma2(__half2half2(alpha), x[i], y[i]);
    product = __hmax2(product, __float2half2_rn(0.0f));
    if (__hgt(__low2half(product), alpha)) product = h2exp(product);
    y[i] = product;
    float2 wide = __half22float2(product);
    z[i] = __hadd(__float2bfloat16(wide.x), __hmul(z[i], __float2bfloat16_rz(wide.y)));
}

extern "C" __global__ void wmmaGemm(const __half *a, const __half *b, float *c, int n) {
    using namespace nvcuda;
    wmma::fragment<wmma::matrix_a, 16, 16, 16, __half, wmma::row_major> fa;
    wmma::fragment<wmma::matrix_b, 16, 16, 16, __half, wmma::col_major> fb;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> fc;
    wmma::fill_fragment(fc, 0.0f);
    int row = blockIdx.y * 16, column = blockIdx.x * 16;
    for (int k = 0; k < n; k += 16) {
        wmma::load_matrix_sync(fa, a + row * n + k, n);
        wmma::load_matrix_sync(fb, b + column * n + k, n);
        wmma::mma_sync(fc, fa, fb, fc);
    }
    wmma::store_matrix_sync(c + row * n + column, fc, n, wmma::mem_row_major);
}

#if __CUDA_ARCH__ >= 800
__device__ __forceinline__ unsigned int sharedAddress(const void *p) {
    return static_cast<unsigned int>(__cvta_generic_to_shared(p));
}

extern "C" __global__ __launch_bounds__(32) void mmaGemm(const __half *a, const __half *b, float *c, int n) {
    __shared__ __align__(16) __half tileA[16][24];
    __shared__ __align__(16) __half tileB[8][24];
    int lane = threadIdx.x;
    float d[4] = {};
    for (int k = 0; k < n; k += 16) {
        const __half *source = a + (blockIdx.y * 16 + lane / 2) * n + k + lane % 2 * 8;
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\n" ::"r"(sharedAddress(&tileA[lane / 2][lane % 2 * 8])),
                     "l"(source));
        if (lane < 16)
            asm volatile("cp.async.ca.shared.global.L2::128B [%0], [%1], 16;\n" ::"r"(
                             sharedAddress(&tileB[lane / 2][lane % 2 * 8])),
                         "l"(b + (blockIdx.x * 8 + lane / 2) * n + k + lane % 2 * 8));
        asm volatile("cp.async.commit_group;\n");
        asm volatile("cp.async.wait_group 0;\n" ::: "memory");
        __syncthreads();
        unsigned int fa[4], fb[2];
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                     : "=r"(fa[0]), "=r"(fa[1]), "=r"(fa[2]), "=r"(fa[3])
                     : "r"(sharedAddress(&tileA[lane % 16][lane / 16 * 8])));
        asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];\n"
                     : "=r"(fb[0]), "=r"(fb[1])
                     : "r"(sharedAddress(&tileB[lane % 8][lane / 8 % 2 * 8])));
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                     "{%0, %1, %2, %3};\n"
                     : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                     : "r"(fa[0]), "r"(fa[1]), "r"(fa[2]), "r"(fa[3]), "r"(fb[0]), "r"(fb[1]));
        __syncthreads();
    }
    int row = blockIdx.y * 16 + lane / 4, column = blockIdx.x * 8 + lane % 4 * 2;
    *reinterpret_cast<float2 *>(c + row * n + column) = make_float2(d[0], d[1]);
    *reinterpret_cast<float2 *>(c + (row + 8) * n + column) = make_float2(d[2], d[3]);
}
#endif
