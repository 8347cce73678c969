// A shared library: functions, data, a class with RTTI, an exception that others catch, a weak symbol.
#include <stdexcept>
#include <string>

extern "C" {
int base_counter = 40;
int base_next(void) { return ++base_counter; }
__attribute__((weak)) int base_weak(void) { return 1; }
int base_calls_weak(void) { return base_weak(); }
}

struct Shape {
  virtual ~Shape();
  virtual const char *name() const;
};

struct Failure : std::runtime_error {
  int code;
  Failure(const std::string &text, int code);
  ~Failure() override;
};

Shape::~Shape() = default;
const char *Shape::name() const { return "shape"; }
Failure::Failure(const std::string &text, int code) : std::runtime_error(text), code(code) {}
Failure::~Failure() = default;

void base_throw(int code) { throw Failure("thrown in base", code); }
