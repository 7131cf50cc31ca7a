# The archive for shared hosts (docs/recipes/install-on-a-shared-host.md): `--target kit` makes testfarm-kit.tar.gz.
set(kit ${CMAKE_BINARY_DIR}/kit/testfarm)
add_custom_target(kit
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${CMAKE_BINARY_DIR}/kit
  COMMAND ${CMAKE_COMMAND} -E make_directory ${kit}
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:testfarm_fcgi_program> $<TARGET_FILE:testfarm-generate_program>
          $<TARGET_FILE:testfarm-admin_program> ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE ${kit}
  COMMAND ${CMAKE_COMMAND} -E copy_directory ${PROJECT_SOURCE_DIR}/apache ${kit}/apache
  COMMAND ${CMAKE_COMMAND} -E copy_directory ${PROJECT_SOURCE_DIR}/templates ${kit}/templates
  COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/docs/recipes/install-on-a-shared-host.md ${kit}/INSTALL.md
  COMMAND ${CMAKE_COMMAND} -E chdir ${CMAKE_BINARY_DIR}/kit tar --owner=0 --group=0 -czf ${CMAKE_BINARY_DIR}/testfarm-kit.tar.gz testfarm
  COMMENT "Packing testfarm-kit.tar.gz"
  VERBATIM)
add_dependencies(kit testfarm_fcgi_program testfarm-generate_program testfarm-admin_program)
