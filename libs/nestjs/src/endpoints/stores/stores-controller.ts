import { Get, HttpStatus, Inject, Param, Query, Res } from '@nestjs/common';
import { OuzelError, type DeclaredStore } from '@ouzel/streams';
import type { Application } from '../../handles/applications.js';
import { ApplicationChoice } from '../applications/application-choice.js';
import { endpointOptionsToken, type ResolvedStreamsEndpoints } from '../endpoint-settings.js';
import { Described } from '../responses/described.js';
import { RefusedRequest } from '../refused-request.js';
import { Replies } from '../responses/replies.js';
import type { Query as Parameters } from '../values/query.js';
import { StoreReading } from './store-reading.js';
import { Masks } from '../values/masks.js';

const application = 'Name or application id, where the process has several';
const key = 'A text as it is, a number as digits, an object as JSON, bytes as base64';
const times = { from: 'Epoch ms, inclusive', to: 'Epoch ms, inclusive' };
const limit = 'At most this many rows, 1 to 1000. Default: 100';

/** The stores of an application, and, where the module allows it, what they hold. */
export class OuzelStoresController {
  private readonly masks: Masks;

  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
    @Inject(endpointOptionsToken) private readonly options: ResolvedStreamsEndpoints,
  ) {
    this.masks = new Masks(options.masked);
  }

  @Get('stores')
  @Described('The stores of an application', { application })
  stores(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.replies.to(response, () => ({
      canRead: this.options.stores,
      stores: this.choice.of(query).stores().map(shownStore),
    }));
  }

  @Get('stores/:store/entry')
  @Described('What a store has for a key: a value, or the windows and sessions of the key', { application, key, ...times, limit })
  entry(@Param('store') store: string, @Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.read(store, query, response, (reading) => reading.entry(query));
  }

  @Get('stores/:store/range')
  @Described('The rows of a key-value store between two keys', {
    application,
    from: `The first key. ${key}`,
    to: 'The last key, inclusive',
    prefix: 'Rows whose serialised key begins with this text, instead of from and to',
    reverse: 'true: the last rows first',
    limit,
  })
  range(@Param('store') store: string, @Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.read(store, query, response, (reading) => reading.range(query));
  }

  @Get('stores/:store/windows')
  @Described('The windows or sessions of a store', { application, key: `Only those of this key. ${key}`, ...times, limit })
  windows(@Param('store') store: string, @Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.read(store, query, response, (reading) => reading.windows(query));
  }

  private read(name: string, query: Parameters, response: unknown, work: (reading: StoreReading) => Promise<unknown>): Promise<unknown> {
    return this.replies.to(response, async () => {
      this.requireReads();
      const found = this.choice.of(query);
      return work(new StoreReading(storeOf(found, name), found.streams, this.masks));
    });
  }

  private requireReads(): void {
    if (this.options.stores) return;
    const help = 'Set `stores: true` in `endpoints.streams`.';
    throw new RefusedRequest(HttpStatus.FORBIDDEN, 'STORES_OFF', 'stores can not be read here', help);
  }
}

function storeOf(application: Application, name: string): DeclaredStore {
  const stores = application.stores();
  const found = stores.find((store) => store.name === name);
  if (found !== undefined) return found;
  const names = stores.filter(({ isReadable }) => isReadable).map((store) => store.name);
  throw new OuzelError('OUZEL_STORE_UNKNOWN', { what: `there is no store "${name}"`, help: `There are: ${names.join(', ')}.` });
}

function shownStore({ name, kind, subTopology, isPersistent, isReadable, changelog }: DeclaredStore): object {
  return { name, kind, subTopology, isPersistent, isReadable, changelog };
}
