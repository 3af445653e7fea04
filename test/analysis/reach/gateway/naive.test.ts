// The gateway layer against the naive interpreter: random sets of Gateways, routes and policies, requests that come close. GATEWAY_SETS asks for more of them.
import fc from 'fast-check';
import type { Request } from '../../../../src/analysis/reach/flow';
import type { Routing } from '../../../../src/analysis/reach/gateway/routing';
import { arrivalOf, gatewayDifferences, routingOf, specificationDifferences } from '../../../reach/gateway-differences';
import { Choices } from '../../../reach/worlds/draw';
import type { GatewayWorld } from '../../../reach/worlds/gateway';
import { gatewayWorld } from '../../../reach/worlds/gateway';

const SETS = Number(process.env.GATEWAY_SETS ?? 80);
const REQUESTS = 40;
/** A set is large, and making it smaller takes minutes: only on demand. */
const OPTIONS = { endOnFailure: process.env.GATEWAY_SHRINK === undefined, ...process.env.GATEWAY_SEED !== undefined && { seed: Number(process.env.GATEWAY_SEED) } };

const world = fc.gen().map((g): GatewayWorld => gatewayWorld(new Choices({ below: (bound) => g(fc.nat, { max: bound - 1 }) }), 'w', REQUESTS));

test('a request goes where the naive interpreter sends it', () => {
  let requests = 0;
  fc.assert(fc.property(world, (set) => {
    const { asked, differences } = gatewayDifferences(set);
    requests += asked;
    expect(differences).toEqual([]);
  }), { numRuns: SETS, ...OPTIONS });
  expect(requests).toBeGreaterThan(SETS * REQUESTS / 4);
});

test('what is certain by the specification is so in every reading of it', () => {
  let certain = 0;
  fc.assert(fc.property(world, (set) => {
    const { asked, undetermined, differences } = specificationDifferences(set);
    certain += asked - undetermined;
    expect(differences).toEqual([]);
  }), { numRuns: Math.ceil(SETS / 2), ...OPTIONS });
  expect(certain).toBeGreaterThan(SETS * REQUESTS / 20);
});

test('what is not said of a request is never guessed', () => {
  fc.assert(fc.property(world, fc.constantFrom<Array<keyof Request>>(['method'], ['headers'], ['path', 'query'], ['host'], ['method', 'headers']), ({ documents, requests }, unsaid) => {
    const routing = routingOf(documents);
    // A path that is not said is taken for one without escapes.
    for (const asked of requests.filter(({ path }) => !unsaid.includes('path') || !path.includes('%'))) {
      const full = arrivalOf(asked);
      const request = Object.fromEntries(Object.entries(full.request).filter(([key]) => !unsaid.includes(key as keyof Request))) as Request;
      for (const exact of routing.route(full)) {
        // Without a host, each listener for TLS of one port has an answer of its own.
        const open = routing.route({ ...full, request }).filter((one) => one.gateway === exact.gateway);
        expect(open).not.toEqual([]);
        if ([exact, ...open].some(({ verdict: { outcome } }) => outcome === 'undetermined')) continue;
        expect({ asked, unsaid, answers: open.map(said) }).toEqual({ asked, unsaid, answers: expect.arrayContaining([said(exact)]) as string[] });
      }
    }
  }), { numRuns: Math.ceil(SETS / 3), ...OPTIONS });
});

const said = ({ verdict: { outcome }, backends }: Routing): string => [outcome, ...backends.map(({ namespace, name, share }) => `${namespace}/${name} ${share}`)].join(', ');
