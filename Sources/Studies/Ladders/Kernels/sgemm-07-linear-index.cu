// c = a · b for n × n matrices in row order, n a multiple of 128: the tile of b is stored in another order.
//
// The eight elements that a thread needs of a row of b lie 16 apart, and those of neighbouring threads side by side: no
// read meets a bank conflict any more, but there are eight of them where vectors took two.
//
// kw: launch sgemm grid=8,8 block=256,1 args=a,b,matmul,int32:1024
constexpr int rows = 128, columns = 128, depth = 8;
constexpr int perThread = 8, threads = rows * columns / (perThread * perThread);
constexpr int threadsPerRow = columns / perThread;

__device__ __forceinline__ float4 load(const float *from) { return *reinterpret_cast<const float4 *>(from); }

__device__ __forceinline__ void store(float *to, float4 value) { *reinterpret_cast<float4 *>(to) = value; }

__device__ __forceinline__ void read(float (&to)[perThread], const float *from) {
    const float4 low = load(from), high = load(from + 4);
    to[0] = low.x, to[1] = low.y, to[2] = low.z, to[3] = low.w;
    to[4] = high.x, to[5] = high.y, to[6] = high.z, to[7] = high.w;
}

// Where a column of b stands in its row of the tile.
__device__ __forceinline__ int place(int column) { return column % perThread * threadsPerRow + column / perThread; }

extern "C" __global__ __launch_bounds__(threads) void sgemm(const float *a, const float *b, float *c, int n) {
    __shared__ __align__(16) float left[depth][rows];
    __shared__ __align__(16) float right[depth][columns];
    const int t = threadIdx.x;
    const int firstRow = blockIdx.y * rows, firstColumn = blockIdx.x * columns;
    const int row = t / threadsPerRow * perThread, column = t % threadsPerRow * perThread;
    // What this thread carries from global to shared memory.
    const int leftRow = t / 2, leftColumn = t % 2 * 4, rightRow = t / 32, rightColumn = t % 32 * 4;
    float sums[perThread][perThread] = {};
    for (int start = 0; start < n; start += depth) {
        const float4 x = load(&a[(firstRow + leftRow) * n + start + leftColumn]);
        left[leftColumn][leftRow] = x.x;
        left[leftColumn + 1][leftRow] = x.y;
        left[leftColumn + 2][leftRow] = x.z;
        left[leftColumn + 3][leftRow] = x.w;
        const float4 y = load(&b[(start + rightRow) * n + firstColumn + rightColumn]);
        right[rightRow][place(rightColumn)] = y.x;
        right[rightRow][place(rightColumn + 1)] = y.y;
        right[rightRow][place(rightColumn + 2)] = y.z;
        right[rightRow][place(rightColumn + 3)] = y.w;
        __syncthreads();
#pragma unroll
        for (int k = 0; k < depth; ++k) {
            float x[perThread], y[perThread];
            read(x, &left[k][row]);
#pragma unroll
            for (int j = 0; j < perThread; ++j) y[j] = right[k][place(column + j)];
#pragma unroll
            for (int i = 0; i < perThread; ++i) {
#pragma unroll
                for (int j = 0; j < perThread; ++j) sums[i][j] += x[i] * y[j];
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < perThread; ++i) {
        float *to = &c[(firstRow + row + i) * n + firstColumn + column];
        store(to, make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]));
        store(to + 4, make_float4(sums[i][4], sums[i][5], sums[i][6], sums[i][7]));
    }
}
