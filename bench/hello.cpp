// The least that a FastCGI program can do with a POST: reads the body, answers 204. What is above it in a
// bench is Apache's.
#include <fcgiapp.h>

int main() {
  FCGX_Request request;
  if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0) return 1;
  char piece[16 * 1024];
  while (FCGX_Accept_r(&request) == 0) {
    while (FCGX_GetStr(piece, sizeof piece, request.in) > 0) {
    }
    FCGX_PutS("Status: 204\r\n\r\n", request.out);
    FCGX_Finish_r(&request);
  }
}
