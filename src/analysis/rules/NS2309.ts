import { secondsOrDuration } from '../model/durations';
import { TRAEFIK } from '../model/traefik';
import type { Rule } from './rule';

const SYSTEM = (limit: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: limit, namespace: shop }
spec: { rateLimit: ${limit} }
`;

export const rule: Rule = {
  id: 'NS2309',
  class: 'practice',
  title: 'The burst of a rate limit does not fit its average',
  sees: 'rateLimit of Traefik\'s Middlewares: burst (1 when it is not given) below the requests of one second, or above twice the average of a period.',
  why: 'Requests never come in even steps: with a burst of 1 a browser that loads ten files at once gets 429. A burst far above the average lets through what the limit is to keep away.',
  fix: 'set burst to one to two times the average',
  covers: ['R140'],
  docs: ['https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/ratelimit/'],
  subjects: ['traefik.io/Middleware'],
  failing: { documents: SYSTEM('{ average: 100 }'), says: 'The limit of 100 requests in 1s has a burst of 1, less than comes in a second', field: 'spec.rateLimit' },
  passing: { documents: SYSTEM('{ average: 100, burst: 200 }') },
  check(cluster, report) {
    for (const middleware of cluster.objects(TRAEFIK, 'Middleware')) {
      const { average, burst = 1, period } = middleware.spec.rateLimit ?? {};
      const length = period === undefined ? 1000 : secondsOrDuration(period);
      if (typeof average !== 'number' || average === 0 || typeof burst !== 'number' || length === undefined || length <= 0) continue;
      const perSecond = (average * 1000) / length;
      const said = `The limit of ${average} requests in ${period === undefined ? '1s' : String(period)} has a burst of ${burst}`;
      if (burst < Math.min(perSecond, average)) report(middleware, ['spec', 'rateLimit'], { message: `${said}, less than comes in a second` });
      else if (burst > 2 * Math.max(average, 1) && burst > 2) report(middleware, ['spec', 'rateLimit'], { message: `${said}, more than twice the limit` });
    }
  },
};
