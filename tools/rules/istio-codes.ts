// The codes of `istioctl analyze` and what holds them here.

export interface IstioCode {
  readonly code: string;
  readonly name: string;
  readonly rules?: readonly string[];
  readonly reason?: string;
}

export const ISTIO_CODES: readonly IstioCode[] = [];
