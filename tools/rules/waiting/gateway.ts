// Rules of the sources about the edge and the gateways that no rule of the catalogue decides, and why.
export const WAITING: Readonly<Record<string, string>> = {
  R12: 'cannot be decided: no document says that a backend speaks WebTransport; the HTTP/3 half is NS2010 to NS2013',
  R25: 'waits for a profile of portable gateways: documents do not say that they are meant for several implementations; NS2126 says what the one at hand does not know',
  R33: 'decided at run time only: whether a client sends a request again after 425',
  R131: 'waits for the reader of Consul\'s service definitions: registration and its checks stand in their files',
};
