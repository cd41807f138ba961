// The shared test data.
#ifndef DATA_HPP
#define DATA_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <tiprdc.hpp>
#include <vector>

using Json = nlohmann::json;

// The folder of test data, which paths in vectors are relative to.
extern std::string testdata;

// Cases of vectors that ran.
extern std::size_t cases;

// Bytes of a file of the test data; empty if it is not there.
std::vector<std::uint8_t> read_file(const std::string &name);

// Whether there is such a file in the test data.
bool is_there(const std::string &name);

// All files of vectors of a kind, with their names; counts cases as they are handed out.
std::vector<std::pair<std::string, Json>> vectors_of(const std::string &kind);

// Numbers, with "nan", "inf" and "-inf".
std::vector<float> floats(const Json &list);

// Whole numbers.
std::vector<std::size_t> sizes(const Json &list);

// An input with the memory that it borrows.
class VectorInput {
public:
    explicit VectorInput(const Json &json);
    // Fields point into the JSON, which stays where it is in a move, and not in a copy.
    VectorInput(VectorInput &&) = default;
    VectorInput(const VectorInput &) = delete;
    tiprdc::Input input() const;

private:
    Json json_;
    std::vector<float> numbers_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::size_t> axes_;
    std::vector<tiprdc::Field> fields_;
};

// Shape, numbers, indices and table of features, and that what is written and read again is the same.
void compare(const tiprdc::Features &features, const Json &expected, double tolerance);

// The kind that a case expects, 0 for none.
std::int32_t expected_code(const Json &test);

#endif
