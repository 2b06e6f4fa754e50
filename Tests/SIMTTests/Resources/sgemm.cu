// Single-precision matrix products: one thread per element, and with tiles in shared memory.

extern "C" __global__ void sgemmNaive(int m, int n, int k, float alpha, const float *a, const float *b, float beta,
                                      float *c) {
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= m || column >= n) return;
    float sum = 0.0f;
    for (int i = 0; i < k; ++i) sum += a[row * k + i] * b[i * n + column];
    c[row * n + column] = alpha * sum + beta * c[row * n + column];
}

template <int Tile> __device__ __forceinline__ float dot(const float (*a)[Tile], const float (*b)[Tile], int y, int x) {
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < Tile; ++i) sum = fmaf(a[y][i], b[i][x], sum);
    return sum;
}

extern "C" __global__ __launch_bounds__(256, 2) void sgemmShared(int n, const float *__restrict__ a,
                                                                 const float *__restrict__ b, float *__restrict__ c) {
    __shared__ float tileA[16][16];
    __shared__ float tileB[16][16];
    int x = threadIdx.x, y = threadIdx.y;
    int row = blockIdx.y * 16 + y, column = blockIdx.x * 16 + x;
    float sum = 0.0f;
    for (int start = 0; start < n; start += 16) {
        tileA[y][x] = a[row * n + start + x];
        tileB[y][x] = b[(start + y) * n + column];
        __syncthreads();
        sum += dot<16>(tileA, tileB, y, x);
        __syncthreads();
    }
    c[row * n + column] = sum;
}
