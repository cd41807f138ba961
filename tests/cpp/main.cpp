// The C++ suite: cpp17_suite TESTDATA [doctest's options]
#define DOCTEST_CONFIG_IMPLEMENT
#include "data.hpp"
#include <doctest/doctest.h>
#include <iostream>

int main(int count, char **arguments) {
    if (count < 2) {
        std::cerr << "usage: " << arguments[0] << " TESTDATA\n";
        return 2;
    }
    testdata = arguments[1];
    doctest::Context context(count - 1, arguments + 1);
    context.setOption("no-intro", true);
    const int failed = context.run();
    std::cout << "C++: " << cases << " cases of vectors\n";
    return cases == 0 ? 1 : failed;
}
