// c = a · b for 4096 × 4096 matrices in row order: one thread computes one element.
//
// threadIdx.x counts rows, so that the lanes of a warp read 32 rows of a and write 32 rows of c, a sector each.
//
// kw: launch sgemm grid=128,128 block=32,32 args=a,b,matmul,int32:4096
extern "C" __global__ __launch_bounds__(1024) void sgemm(const float *a, const float *b, float *c, int n) {
    const int row = blockIdx.x * blockDim.x + threadIdx.x;
    const int column = blockIdx.y * blockDim.y + threadIdx.y;
    float sum = 0.0f;
    for (int k = 0; k < n; ++k) sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
}
