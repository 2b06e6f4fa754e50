// c = a · b for n × n matrices in row order, n a multiple of 64: each thread computes 8 rows of one column.
//
// An element of b stays in a register for 8 multiply-adds. Blocks that follow each other share their rows of a.
//
// kw: launch sgemm grid=16,16 block=512,1 args=a,b,matmul,int32:1024
constexpr int rows = 64, columns = 64, depth = 8;
constexpr int perThread = 8, threads = rows * columns / perThread;

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ float left[rows][depth], right[depth][columns];
    const int t = threadIdx.x;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = t / columns * perThread, column = t % columns;
    float sums[perThread] = {};
    for (int start = 0; start < n; start += depth) {
        left[t / depth][t % depth] = a[(firstRow + t / depth) * n + start + t % depth];
        right[t / columns][column] = b[(start + t / columns) * n + firstColumn + column];
        __syncthreads();
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            const float factor = right[k][column];
#pragma unroll
            for (int i = 0; i < perThread; ++i) sums[i] += left[row + i][k] * factor;
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < perThread; ++i) c[(firstRow + row + i) * n + firstColumn + column] = sums[i];
}
