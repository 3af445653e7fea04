import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { refuseSecrets } from '../core/secrets';

// The grammar of https://github.com/distribution/reference: [host[:port]/]path[:tag][@digest].
const HOST = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?`;
const SEGMENT = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(`^((?:${HOST}/)?${SEGMENT}(?:/${SEGMENT})*)(?::[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,128})?$`);

/** Returns `image` when it is the reference of a container image. */
export function checkImage(image: string, where: string, scope: ErrorScope): string {
  if (typeof image === 'string' && image.length <= 512) {
    const match = REFERENCE.exec(image);
    if (match && match[1]!.length <= 255) return image;
  }
  if (typeof image === 'string') refuseSecrets(image, where, scope);
  throw new NetstackError({ what: `${where} ${shorten(image)} is not the reference of an image`, scope, fix: "give such as 'registry.example.com/orders:1.7.4'" });
}
