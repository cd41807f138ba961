/*! \file tiprdc.hpp
 * Encode private data on the device, in C++17: one encoder file, raw input in, features out.
 *
 *     auto encoder = tiprdc::Encoder::open("motion-gender.onnx");
 *     std::vector<float> window(6 * 128);
 *     auto features = encoder.encode(tiprdc::Input::series(window, 6, 128));
 *     upload(features.to_bytes());
 *
 * Objects own what they hold and can be moved, not copied. Every function that may fail comes in two forms:
 *
 * - `open`, `encode`, ... throw tiprdc::Error;
 * - `try_open`, `try_encode`, ... return tiprdc::Result and never throw it. With -fno-exceptions there is
 * this form only.
 *
 * An encoder reduces measured leakage of the attributes that its manifest names, against attackers that an
 * audit tried. It gives no guarantee; only the draw of a random release has a proven bound.
 *
 * Everything is a thin layer over tiprdc.h; link the library, there is nothing else to build.
 */
#ifndef TIPRDC_HPP
#define TIPRDC_HPP

#include "tiprdc/encoder.hpp"
#include "tiprdc/error.hpp"
#include "tiprdc/features.hpp"
#include "tiprdc/input.hpp"
#include "tiprdc/span.hpp"
#include "tiprdc/table.hpp"
#include "tiprdc/version.hpp"

#endif
