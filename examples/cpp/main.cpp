// Encodes a recording of phone motion, window by window, and writes what may leave the device.
//
//     ./example encoder.onnx recording.csv features.safetensors
#include <array>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tiprdc.hpp>
#include <vector>

namespace {

constexpr std::size_t channels = 6;
constexpr std::size_t steps = 128;
constexpr std::size_t stride = 64;

using Row = std::array<float, channels>;

// Rows of the recording, one sample of all channels each.
std::vector<Row> read_recording(const std::string &path) {
    std::ifstream file(path);
    std::vector<Row> rows;
    std::string line, number;
    std::getline(file, line); // the names of the channels
    while (std::getline(file, line)) {
        std::istringstream numbers(line);
        Row row{};
        for (float &value : row) {
            if (!std::getline(numbers, number, ',')) {
                throw std::runtime_error(path + ": a row has too few channels");
            }
            value = std::stof(number);
        }
        rows.push_back(row);
    }
    return rows;
}

// Overlapping windows, each with all steps of the first channel first.
std::vector<std::vector<float>> cut_windows(const std::vector<Row> &rows) {
    std::vector<std::vector<float>> windows;
    for (std::size_t first = 0; first + steps <= rows.size(); first += stride) {
        std::vector<float> &window = windows.emplace_back();
        for (std::size_t channel = 0; channel < channels; ++channel) {
            for (std::size_t step = 0; step < steps; ++step) {
                window.push_back(rows[first + step][channel]);
            }
        }
    }
    return windows;
}

void write(const std::string &path, tiprdc::span<const std::uint8_t> bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
        throw std::runtime_error(path + " cannot be written");
    }
}

void run(const std::string &encoder_path, const std::string &recording, const std::string &out) {
    const auto encoder = tiprdc::Encoder::open(encoder_path);
    const auto windows = cut_windows(read_recording(recording));
    std::vector<tiprdc::Input> inputs;
    for (const std::vector<float> &window : windows) {
        inputs.push_back(tiprdc::Input::series(window, channels, steps));
    }
    const auto features = encoder.encode(inputs);
    write(out, features.to_bytes());
    std::cout << "wrote " << out << ": features of shape [";
    const char *separator = "";
    for (const std::size_t axis : features.shape()) {
        std::cout << separator << axis;
        separator = ", ";
    }
    std::cout << "]\n";
}

} // namespace

int main(int count, char **arguments) {
    if (count != 4) {
        std::cerr << "usage: " << arguments[0] << " ENCODER.onnx RECORDING.csv FEATURES.safetensors\n";
        return 2;
    }
    try {
        run(arguments[1], arguments[2], arguments[3]);
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
