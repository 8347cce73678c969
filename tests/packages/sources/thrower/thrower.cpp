// Exceptions across the border between C++ and Python, in both directions.
#include <pybind11/pybind11.h>

#include <stdexcept>
#include <string>

namespace py = pybind11;

static int divide(int a, int b) {
  if (b == 0) throw std::domain_error("no division by zero");
  return a / b;
}

static std::string attempt(py::function function) {
  try {
    return py::str(function());
  } catch (py::error_already_set &error) {
    return std::string("caught ") + error.what();
  }
}

PYBIND11_MODULE(thrower, module) {
  module.def("divide", &divide);
  module.def("attempt", &attempt);
}
