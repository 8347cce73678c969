// A library for ctypes.
typedef int (*callback)(int);
int counter = 3;
int twice(int value) { return 2 * value; }
double half(double value) { return value / 2; }
int apply(callback function, int value) { return function(value) + counter; }
