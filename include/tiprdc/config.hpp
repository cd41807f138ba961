/*! \file config.hpp
 * Which form of the C++ face this program gets.
 */
#ifndef TIPRDC_CONFIG_HPP
#define TIPRDC_CONFIG_HPP

#if !(__cplusplus >= 201703L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201703L))
#error "tiprdc.hpp needs C++17"
#endif

/* The forms that throw are there unless the compiler has exceptions off, or TIPRDC_NO_EXCEPTIONS asks for it.
 */
#if !defined(TIPRDC_NO_EXCEPTIONS) &&                                                                        \
    !(defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND))
#define TIPRDC_NO_EXCEPTIONS
#endif

#if __cplusplus >= 202002L || (defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#include <version>
#endif
#ifdef __cpp_lib_span
#define TIPRDC_STD_SPAN
#endif

/* Object files of one program may be compiled with and without exceptions, as C++17 and C++20: each form has
 * a namespace of its own, so that the linker never takes one for the other. */
#if defined(TIPRDC_STD_SPAN) && defined(TIPRDC_NO_EXCEPTIONS)
#define TIPRDC_FORM std_span_no_exceptions
#elif defined(TIPRDC_STD_SPAN)
#define TIPRDC_FORM std_span
#elif defined(TIPRDC_NO_EXCEPTIONS)
#define TIPRDC_FORM own_span_no_exceptions
#else
#define TIPRDC_FORM own_span
#endif

#endif
