# What is installed, and the packages made of it:
#   cmake --build build/release --target deb       testfarm_VERSION_ARCH.deb, with what Debian has as dependencies
#   cmake --build build/release --target archive   testfarm-VERSION-SYSTEM-ARCH.tar.gz, relocatable, with its own lib/
include(GNUInstallDirs)

set(man ${CMAKE_BINARY_DIR}/man)
set(completions ${CMAKE_BINARY_DIR}/completions)
file(MAKE_DIRECTORY ${man} ${completions})
set(typed testfarm testfarm-admin testfarm-generate)
foreach(program IN LISTS typed)
  list(APPEND manuals ${man}/${program}.1)
  add_custom_command(
    OUTPUT ${man}/${program}.1 ${completions}/${program}
    COMMAND $<TARGET_FILE:${program}_program> --manual > ${man}/${program}.1
    COMMAND $<TARGET_FILE:${program}_program> --completion > ${completions}/${program}
    DEPENDS ${program}_program VERBATIM)
  install(TARGETS ${program}_program DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${man}/${program}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${completions}/${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()
install(FILES docs/man/testfarm.toml.5 docs/man/farm.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
add_custom_target(manuals DEPENDS ${manuals})
# What nobody types: a web server starts it, or `testfarm run --local`.
install(TARGETS testfarm_fcgi_program DESTINATION lib/testfarm)
# As they lie in the sources, so that links between them hold.
install(FILES LICENSE NOTICE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY apache DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN model EXCLUDE PATTERN man EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME testfarm)
set(CPACK_PACKAGE_CONTACT "The TestFarm developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "git, subversion")
include(CPack)
add_custom_target(deb
  COMMAND ${CMAKE_CPACK_COMMAND} -G DEB --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake -B ${CMAKE_BINARY_DIR}
  COMMENT "Packing a Debian package" VERBATIM)
add_dependencies(deb programs manuals)

# See Archive.cmake.
set(archive testfarm-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
add_custom_target(archive
  COMMAND ${CMAKE_COMMAND} -DFROM=${CMAKE_BINARY_DIR} -DTO=${CMAKE_BINARY_DIR}/archive/${archive}
          -DSOURCE=${PROJECT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/Archive.cmake
  COMMAND ${CMAKE_COMMAND} -E chdir ${CMAKE_BINARY_DIR}/archive tar --owner=0 --group=0 -czf ${CMAKE_BINARY_DIR}/${archive}.tar.gz ${archive}
  COMMENT "Packing ${archive}.tar.gz" VERBATIM)
add_dependencies(archive programs manuals)
