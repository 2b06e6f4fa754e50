// c = a · b for n × n matrices in row order, n a multiple of 32: a block stages tiles of a and b in shared memory.
//
// Each element that is loaded from global memory serves 32 threads.
//
// kw: launch sgemm grid=32,32 block=1024,1 args=a,b,matmul,int32:1024
constexpr int tile = 32;

extern "C" __global__ __launch_bounds__(tile * tile) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ float left[tile][tile], right[tile][tile];
    const int x = threadIdx.x % tile, y = threadIdx.x / tile;
    const int row = blockIdx.y * tile + y, column = blockIdx.x * tile + x;
    float sum = 0.0f;
    for (int start = 0; start < n; start += tile) {
        left[y][x] = a[row * n + start + x];
        right[y][x] = b[(start + y) * n + column];
        __syncthreads();
        for (int k = 0; k < tile; ++k) sum += left[y][k] * right[k][x];
        __syncthreads();
    }
    c[row * n + column] = sum;
}
