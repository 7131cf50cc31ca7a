# What every target of ours is built with: link testfarm_standard. A room is a library made by testfarm_room().

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(testfarm_warnings INTERFACE)
target_compile_options(testfarm_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wunused -Wformat=2 -Wimplicit-fallthrough -Wundef
  # g++ 12 sees overlapping copies in std::string::insert where there are none (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # And takes the unused room of std::optional and std::variant for uninitialised (GCC bug 80635); clang-tidy and ASan look.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # And in headers that were parsed before (the precompiled ones) of sizes that no string has; ASan looks at those, too.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds>
  # One embedded asset is longer than what C++ asks of a compiler; g++ and clang take far more.
  -Wno-overlength-strings
  # What a designated initialiser does not name has the default of its member; tests/lint/designated holds the rest.
  -Wno-missing-field-initializers
  $<$<BOOL:${TESTFARM_DEV}>:-Werror>)

add_library(testfarm_settings INTERFACE)
target_compile_features(testfarm_settings INTERFACE cxx_std_20)
target_include_directories(testfarm_settings INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(testfarm_settings INTERFACE TESTFARM_VERSION="${PROJECT_VERSION}")
if(TESTFARM_SANITIZE AND TESTFARM_TESTS)
  # Steps that tests leave out and stop at (base/step.hpp).
  target_compile_definitions(testfarm_settings INTERFACE TESTFARM_STEPS)
endif()
if(TESTFARM_SANITIZE)
  target_compile_options(testfarm_settings INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # rapidjson's empty stack adds to a null pointer before it looks at the end; clang is right, and nothing follows from it.
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=pointer-overflow>)
  target_link_options(testfarm_settings INTERFACE -fsanitize=address,undefined)
  if(TESTFARM_FUZZERS)
    target_compile_options(testfarm_settings INTERFACE -fsanitize=fuzzer-no-link)
  endif()
elseif(TESTFARM_THREAD_SANITIZE)
  target_compile_options(testfarm_settings INTERFACE -fsanitize=thread)
  target_link_options(testfarm_settings INTERFACE -fsanitize=thread)
else()
  target_compile_definitions(testfarm_settings INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()

add_library(testfarm_standard INTERFACE)
target_link_libraries(testfarm_standard INTERFACE testfarm_warnings testfarm_settings)

# testfarm_room(name SOURCES … ROOMS … PRIVATE …): the library testfarm_<name> of one folder.
# ROOMS are the rooms it may see, PRIVATE the third-party libraries that stay inside.
function(testfarm_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;PRIVATE" ${ARGN})
  add_library(testfarm_${name} STATIC ${ROOM_SOURCES})
  list(TRANSFORM ROOM_ROOMS PREPEND testfarm_)
  list(TRANSFORM ROOM_PRIVATE PREPEND lib::)
  target_link_libraries(testfarm_${name} PUBLIC testfarm_settings ${ROOM_ROOMS} PRIVATE testfarm_warnings ${ROOM_PRIVATE})
  # A quarter of the time that a build takes.
  if(name STREQUAL "base")
    target_precompile_headers(testfarm_base PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp)
  else()
    target_precompile_headers(testfarm_${name} REUSE_FROM testfarm_base)
  endif()
endfunction()

# testfarm_program(output room main.cpp): the thin main of a room.
function(testfarm_program output room main)
  string(REPLACE "." "_" target ${output})
  add_executable(${target}_program ${main})
  target_link_libraries(${target}_program PRIVATE testfarm_standard testfarm_${room})
  set_target_properties(${target}_program PROPERTIES OUTPUT_NAME ${output})
  if(TESTFARM_STATIC_SERVER)
    target_link_options(${target}_program PRIVATE -static -s)
  endif()
endfunction()

# The headers that the build makes: all that a tool needs besides the sources.
add_custom_target(generated)

# testfarm_embed(target file variable [as]): makes generated/<as or file>.hpp with the file's text in
# testfarm::embedded::<variable>.
function(testfarm_embed target file variable)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE source)
  set(header ${PROJECT_BINARY_DIR}/generated/${file}.hpp)
  if(ARGC GREATER 3)
    set(header ${PROJECT_BINARY_DIR}/generated/${ARGV3}.hpp)
  endif()
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${source} -DOUTPUT=${header} -DVARIABLE=${variable}
            -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
    DEPENDS ${source} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  # By itself, for what a library makes would wait for the libraries that it needs.
  add_custom_target(embedded_${variable} DEPENDS ${header})
  add_dependencies(${target} embedded_${variable})
  add_dependencies(generated embedded_${variable})
endfunction()

# testfarm_templates(target): embeds every templates/*.mustache, and makes generated/templates/names.hpp and all.hpp,
# tables of their names and of their texts in the same order. A new template needs nothing but its file.
function(testfarm_templates target)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/templates ${PROJECT_SOURCE_DIR}/templates/*.mustache)
  list(SORT files)
  set(names "")
  set(includes "")
  set(texts "")
  foreach(file IN LISTS files)
    string(REPLACE ".mustache" "" name ${file})
    testfarm_embed(${target} templates/${file} ${name}_template)
    string(APPEND names "    \"${name}\",\n")
    string(APPEND includes "#include \"templates/${file}.hpp\"\n")
    string(APPEND texts "    ${name}_template,\n")
  endforeach()
  set(begin "#pragma once\n#include <array>\n#include <string_view>\n")
  set(open "namespace testfarm::embedded {\n")
  set(close ";\n}  // namespace testfarm::embedded\n")
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/templates/names.hpp @ONLY CONTENT
       "${begin}${open}inline constexpr std::array template_names = std::to_array<std::string_view>({\n${names}})${close}")
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/templates/all.hpp @ONLY CONTENT
       "${begin}${includes}${open}inline constexpr std::array template_texts = std::to_array<std::string_view>({\n${texts}})${close}")
endfunction()
