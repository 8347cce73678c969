#include <pybind11/pybind11.h>

#include <stdexcept>

PYBIND11_MODULE(with_cmake, module) {
  module.def("check", [](int value) {
    try {
      if (value < 0) throw std::out_of_range("negative");
    } catch (const std::exception &error) {
      return std::string(error.what());
    }
    return std::to_string(value);
  });
}
