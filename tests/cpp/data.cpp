#include "data.hpp"
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>

std::string testdata = ".";
std::size_t cases = 0;

std::vector<std::uint8_t> read_file(const std::string &name) {
    std::ifstream file(testdata + "/" + name, std::ios::binary);
    return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {});
}

bool is_there(const std::string &name) {
    return std::filesystem::exists(testdata + "/" + name);
}

static bool is_known(const std::string &kind) {
    for (const char *known : {"errors", "encode", "load", "features", "resolve", "windows"}) {
        if (kind == known) {
            return true;
        }
    }
    return false;
}

std::vector<std::pair<std::string, Json>> vectors_of(const std::string &kind) {
    std::vector<std::pair<std::string, Json>> found;
    for (const auto &entry : std::filesystem::directory_iterator(testdata + "/vectors")) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        const std::string name = entry.path().filename().string();
        const auto bytes = read_file("vectors/" + name);
        Json json = Json::parse(bytes, nullptr, false);
        CAPTURE(name);
        REQUIRE_FALSE(json.is_discarded());
        REQUIRE(json["format"] == 1);
        REQUIRE(is_known(json["kind"]));
        if (json["kind"] == kind) {
            const std::size_t count = json[kind == "errors" ? "kinds" : "cases"].size();
            CHECK(count > 0);
            cases += count;
            found.emplace_back(name, std::move(json));
        }
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

static float number(const Json &value) {
    if (value.is_number()) {
        return value.get<float>();
    }
    REQUIRE(value.is_string());
    const auto text = value.get<std::string>();
    if (text == "nan") {
        return std::numeric_limits<float>::quiet_NaN();
    }
    REQUIRE((text == "inf" || text == "-inf"));
    return (text == "inf" ? 1.0F : -1.0F) * std::numeric_limits<float>::infinity();
}

std::vector<float> floats(const Json &list) {
    std::vector<float> numbers;
    for (const Json &value : list) {
        numbers.push_back(number(value));
    }
    return numbers;
}

std::vector<std::size_t> sizes(const Json &list) {
    return list.get<std::vector<std::size_t>>();
}

VectorInput::VectorInput(const Json &json) : json_(json) {
    if (json_.contains("data")) {
        numbers_ = floats(json_["data"]);
    }
    if (json_.contains("pixels")) {
        pixels_ = json_["pixels"].get<std::vector<std::uint8_t>>();
    }
    if (json_.contains("shape")) {
        axes_ = sizes(json_["shape"]);
    }
    if (!json_.contains("fields")) {
        return;
    }
    for (const Json &field : json_["fields"]) {
        const char *name = field["name"].get_ref<const std::string &>().c_str();
        if (field.contains("number")) {
            fields_.push_back(tiprdc::Field::number(name, number(field["number"])));
        } else if (field.contains("text")) {
            const char *text = field["text"].get_ref<const std::string &>().c_str();
            fields_.push_back(tiprdc::Field::text(name, text));
        } else if (field.contains("boolean")) {
            fields_.push_back(tiprdc::Field::boolean(name, field["boolean"].get<bool>()));
        } else {
            fields_.push_back(tiprdc::Field::missing(name));
        }
    }
}

static tiprdc::ImageFormat image_format(const std::string &name) {
    if (name == "rgb8") {
        return tiprdc::ImageFormat::Rgb8;
    }
    if (name == "rgba8") {
        return tiprdc::ImageFormat::Rgba8;
    }
    if (name == "bgra8") {
        return tiprdc::ImageFormat::Bgra8;
    }
    REQUIRE(name == "gray8");
    return tiprdc::ImageFormat::Gray8;
}

tiprdc::Input VectorInput::input() const {
    const std::string kind = json_["kind"];
    if (kind == "series") {
        return tiprdc::Input::series(numbers_, json_["channels"], json_["steps"]);
    }
    if (kind == "tensor") {
        return tiprdc::Input::tensor(numbers_, axes_);
    }
    if (kind == "image") {
        return tiprdc::Input::image(pixels_, image_format(json_["format"]), json_["width"], json_["height"]);
    }
    REQUIRE(kind == "record");
    return tiprdc::Input::record(fields_);
}

static void compare_once(const tiprdc::Features &features, const Json &expected, double tolerance) {
    const auto numbers = floats(expected["data"]);
    const auto shape = sizes(expected["shape"]);
    const auto data = features.data();
    const auto axes = features.shape();
    REQUIRE(data.size() == numbers.size());
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        CHECK(std::abs(static_cast<double>(data[index]) - static_cast<double>(numbers[index])) <= tolerance);
    }
    CHECK(std::vector<std::size_t>(axes.begin(), axes.end()) == shape);
    CHECK(features.rows() == shape[0]);
    const bool drawn = expected.contains("indices") && !expected["indices"].is_null();
    CHECK(features.has_indices() == drawn);
    const auto indices = features.indices();
    CHECK(indices.size() == (drawn ? features.rows() : 0));
    if (drawn) {
        CHECK(std::vector<std::uint32_t>(indices.begin(), indices.end()) ==
              expected["indices"].get<std::vector<std::uint32_t>>());
        CHECK(features.table() == expected["table"].get<std::string>());
    }
}

void compare(const tiprdc::Features &features, const Json &expected, double tolerance) {
    compare_once(features, expected, tolerance);
    auto again = tiprdc::Features::try_from_bytes(features.to_bytes());
    REQUIRE(again.ok());
    compare_once(*again, expected, tolerance);
    CHECK(again->encoder() == features.encoder());
    CHECK(again->release() == features.release());
    CHECK(again->dtype() == features.dtype());
}

std::int32_t expected_code(const Json &test) {
    return test.contains("error") ? test["error"].get<std::int32_t>() : 0;
}
